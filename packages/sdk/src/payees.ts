import type { Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { Payee, PayoutDestination } from './documents.ts'
import { listOf, type List, type PageOptions } from './pages.ts'

/** Where and how to be paid. */
export type PayeeWish = {
  /** `bank`, or `balance` for the organization's own prepaid balance. */
  readonly rail: string
  /** Absent: the one that is there stays. A new one waits for the operator's approval. */
  readonly destination?: PayoutDestination
  /** How often all that is payable is paid without asking; `none` when nothing is said. */
  readonly schedule?: Payee['schedule']
  /** Payouts by schedule wait for this much, in US dollars ("50"). */
  readonly minimumUsd?: string
}

/** `orchestra.payees`: where publishers are paid. */
export type Payees = {
  /** The organization's own. */
  get(options?: CallOptions): Promise<Payee>
  save(wish: PayeeWish, options?: CallOptions): Promise<Payee>
  /** Operators only, in order of organization. */
  list(options?: PageOptions): List<Payee>
  /** Operators only: the version of the destination that was looked at. */
  approve(organizationId: string, version: number, options?: CallOptions): Promise<Payee>
  /** Operators only: nothing is paid until it is released. */
  hold(organizationId: string, reason: string, options?: CallOptions): Promise<Payee>
  /** Operators only. */
  release(organizationId: string, options?: CallOptions): Promise<Payee>
}

/** Makes `orchestra.payees`. */
export function createPayees(api: Api): Payees {
  const setHold = (id: string, reason: string | null, options?: CallOptions) =>
    api.send(options, (client, signal) =>
      client.PUT('/v1/payees/{id}/hold', { params: { path: { id } }, body: { reason }, signal }),
    )
  return {
    get: (options) => api.send(options, (client, signal) => client.GET('/v1/payee', { signal })),
    save: ({ rail, destination, schedule = 'none', minimumUsd }, options) =>
      api.send(options, (client, signal) =>
        client.PUT('/v1/payee', {
          body: {
            rail,
            schedule,
            ...(destination === undefined ? {} : { destination }),
            ...(minimumUsd === undefined ? {} : { minimum: { units: minimumUsd, asset: 'USD' } }),
          },
          signal,
        }),
      ),
    list: (options = {}) =>
      listOf(options, (query) =>
        api.send(options, (client, signal) =>
          client.GET('/v1/payees', { params: { query }, signal }),
        ),
      ),
    approve: (id, version, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/payees/{id}/approve', {
          params: { path: { id } },
          body: { version },
          signal,
        }),
      ),
    hold: (id, reason, options) => setHold(id, reason, options),
    release: (id, options) => setHold(id, null, options),
  }
}
