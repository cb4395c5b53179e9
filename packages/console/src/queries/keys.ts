import type { GrantRule, OrchestraScreens, Permission } from '@mcp-orchestra/sdk'
import { mutationOptions, queryOptions } from '@tanstack/react-query'
import { PAGE_ITEMS, wholeList } from './whole-list.ts'

/** Keys that the console holds at most, newest first. */
export const KEYS_MAX = 2_000

/** Time between two looks at the keys, in ms: their last use is known to the minute. */
const KEYS_EVERY_MS = 30_000

/** A key to be made. */
export type NewKey = {
  readonly name: string
  readonly owner: 'me' | 'organization'
  readonly permissions: readonly Permission[]
  readonly allow: readonly GrantRule[]
  readonly expiresInSeconds: number
}

/** The organization's keys, newest first. */
export const keysQuery = (orchestra: OrchestraScreens) =>
  queryOptions({
    queryKey: ['keys'],
    queryFn: ({ signal }) =>
      wholeList(orchestra.users.listKeys({ limit: PAGE_ITEMS, signal }), KEYS_MAX),
    refetchInterval: KEYS_EVERY_MS,
  })

/** Issues a key; only its answer holds the secret, so nothing keeps it once the dialog is gone. */
export const createKeyMutation = (orchestra: OrchestraScreens) =>
  mutationOptions({
    mutationKey: ['keys', 'create'],
    gcTime: 0,
    mutationFn: ({ owner, permissions, ...key }: NewKey) =>
      orchestra.users.issueAPIKey(owner, permissions, key),
    onSuccess: (_issued, _variables, _result, { client }) => {
      void client.invalidateQueries({ queryKey: ['keys'] })
    },
  })

/** Puts a new key in the place of an old one; only its answer holds the secret. */
export const rotateKeyMutation = (orchestra: OrchestraScreens) =>
  mutationOptions({
    mutationKey: ['keys', 'rotate'],
    gcTime: 0,
    mutationFn: ({ id, graceSeconds }: { id: string; graceSeconds: number }) =>
      orchestra.users.rotateKey(id, { graceSeconds }),
    onSuccess: (_issued, _variables, _result, { client }) => {
      void client.invalidateQueries({ queryKey: ['keys'] })
    },
  })

/** Revokes a key: connected gateways refuse it before this resolves. Never shown before it is true. */
export const revokeKeyMutation = (orchestra: OrchestraScreens) =>
  mutationOptions({
    mutationKey: ['keys', 'revoke'],
    mutationFn: (id: string) => orchestra.users.revokeKey(id),
    onSuccess: (_answer, _variables, _result, { client }) => {
      void client.invalidateQueries({ queryKey: ['keys'] })
    },
  })
