import { connectionId, type ConnectionEntity, type ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { CallerIdentity } from '../../authorize/caller.ts'
import type { SnapshotReplica } from '../../snapshot/replica.ts'

/** Who of a caller may hold an account. */
export type AccountCaller = Pick<CallerIdentity, 'organizationId' | 'memberId'>

/** Where connections are looked up. */
export type Accounts = Pick<SnapshotReplica, 'connectionOf'>

/**
 * With which account a server is called in somebody's name: the member's own, else the organization's, and for a
 * service its owner's whoever calls. The gateway itself has none but a service's.
 */
export function accountFor(
  accounts: Accounts,
  server: ServerEntity,
  caller: AccountCaller | undefined,
): ConnectionEntity | undefined {
  const { credentials = 'each_member', id, organizationId } = server
  if (credentials === 'none' || server.transport.kind !== 'http') return undefined
  if (credentials === 'service') return accounts.connectionOf(id, organizationId)
  if (caller === undefined) return undefined
  const own = caller.memberId === null ? undefined : accounts.connectionOf(id, caller.memberId)
  return own ?? accounts.connectionOf(id, caller.organizationId)
}

/** Names the account, so that what is shared between callers is shared by those with the same one only. */
export function accountKey(account: ConnectionEntity | undefined): string {
  if (account === undefined) return ''
  return `${connectionId(account.serverId, account.holderId)} ${account.account}`
}
