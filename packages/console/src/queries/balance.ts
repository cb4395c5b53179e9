import type { NewCap, OrchestraScreens } from '@mcp-orchestra/sdk'
import { mutationOptions, queryOptions } from '@tanstack/react-query'
import { PAGE_ITEMS, wholeList } from './whole-list.ts'

/** Time between two readings of what changes by hand, in ms. */
const SLOW_EVERY_MS = 30_000
/** Caps, leases and cases that the console holds at most. */
const ROWS_MAX = 1_000
/** Organizations whose names the console holds at most; beyond it the id stands for the name. */
const ORGANIZATIONS_MAX = 2_000

/** Hard caps of the caller's organization with what their windows have used. */
export const capsQuery = (orchestra: OrchestraScreens) =>
  queryOptions({
    queryKey: ['caps'],
    queryFn: ({ signal }) =>
      wholeList(orchestra.caps.list({ limit: PAGE_ITEMS, signal }), ROWS_MAX),
    refetchInterval: SLOW_EVERY_MS,
  })

/** Open leases of the caller's organization: money that gateways hold to spend without asking. */
export const leasesQuery = (orchestra: OrchestraScreens) =>
  queryOptions({
    queryKey: ['leases'],
    queryFn: ({ signal }) =>
      wholeList(orchestra.balance.leases({ limit: PAGE_ITEMS, signal }), ROWS_MAX),
    refetchInterval: SLOW_EVERY_MS,
  })

/** Open cases: what a person has to look at. */
export const openCasesQuery = (orchestra: OrchestraScreens) =>
  queryOptions({
    queryKey: ['cases', 'open'],
    queryFn: ({ signal }) =>
      wholeList(orchestra.operations.cases({ state: 'open', limit: PAGE_ITEMS, signal }), ROWS_MAX),
    refetchInterval: SLOW_EVERY_MS,
  })

/** Every organization, for operators: names, and whose balance to top up. */
export const organizationsQuery = (orchestra: OrchestraScreens) =>
  queryOptions({
    queryKey: ['organizations'],
    queryFn: ({ signal }) =>
      wholeList(
        orchestra.users.listOrganizations({ limit: PAGE_ITEMS, signal }),
        ORGANIZATIONS_MAX,
      ),
    staleTime: SLOW_EVERY_MS,
  })

/** A top-up to be made; the key belongs to the filled form, so that pressing twice tops up once. */
export type NewTopUp = {
  readonly organizationId: string
  readonly usd: string
  readonly idempotencyKey: string
}

/** Tops a balance up on the demo rail. Never shown before it is true. */
export const topUpMutation = (orchestra: OrchestraScreens) =>
  mutationOptions({
    mutationKey: ['top-up'],
    mutationFn: ({ organizationId, usd, idempotencyKey }: NewTopUp) =>
      orchestra.balance.topUp(organizationId, usd, { idempotencyKey }),
    onSuccess: (_topUp, _variables, _result, { client }) =>
      Promise.all(
        [['balance'], ['ledger']].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  })

/** Makes a hard cap for the whole organization: connected gateways have it before this resolves. */
export const addCapMutation = (orchestra: OrchestraScreens) =>
  mutationOptions({
    mutationKey: ['caps', 'add'],
    mutationFn: (cap: NewCap) => orchestra.caps.create(cap),
    onSuccess: (_made, _variables, _result, { client }) =>
      client.invalidateQueries({ queryKey: ['caps'] }),
  })

/** Lifts a hard cap: connected gateways have it before this resolves. Never shown before it is true. */
export const removeCapMutation = (orchestra: OrchestraScreens) =>
  mutationOptions({
    mutationKey: ['caps', 'remove'],
    mutationFn: (id: string) => orchestra.caps.remove(id),
    onSuccess: (_answer, _variables, _result, { client }) =>
      client.invalidateQueries({ queryKey: ['caps'] }),
  })
