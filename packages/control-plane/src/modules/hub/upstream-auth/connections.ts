import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { Principal } from '@mcp-orchestra/api/permission'
import type { SnapshotBarrier } from '@mcp-orchestra/api/snapshot'
import type { Transactions } from '@mcp-orchestra/kernel'
import { actorOf } from '../../identity/index.ts'
import type { Connection, Holder } from './connection.ts'
import type { ConnectionKeeper } from './connection-keeper.ts'
import type { FetchLike } from './oauth-sdk.ts'
import type { ConnectionStore } from './ports.ts'
import { revokeGrant, type Revocation } from './revoke-grant.ts'
import type { UpstreamServer } from './upstream-server.ts'

/** What there is of connections, and their end. */
export interface Connections {
  /** The caller's own and its organization's, of all servers. */
  list(principal: Principal): Promise<{ readonly connection: Connection; readonly alias: string }[]>
  find(server: UpstreamServer, holder: Holder): Promise<Connection | undefined>
  /** Forgets the tokens, then tells the authorization server. */
  disconnect(
    principal: Principal,
    server: UpstreamServer,
    holder: Holder,
  ): Promise<{
    /** `not_connected`: there was nothing to revoke. */
    readonly revoked: Revocation | 'not_connected'
    readonly snapshotVersion: number
    readonly pendingGateways: readonly string[]
  }>
}

/** Connections of all holders. */
export function createConnections(deps: {
  readonly transactions: Transactions
  readonly store: ConnectionStore
  readonly keeper: ConnectionKeeper
  readonly fetchFor: (server: UpstreamServer) => FetchLike
  readonly audit: AuditLog
  readonly barrier: SnapshotBarrier
}): Connections {
  const { transactions, store, keeper } = deps
  return {
    list: (principal) => transactions.run((tx) => store.ofHolders(tx, holdersOf(principal))),
    find: (server, holder) =>
      transactions.run((tx) => store.find(tx, { serverId: server.id, holder })),
    async disconnect(principal, server, holder) {
      const key = { serverId: server.id, holder }
      const { before, version } = await transactions.run(async (tx) => {
        await store.lock(tx, key)
        const found = await store.find(tx, key)
        const dropped = await keeper.drop(tx, key)
        await deps.audit.record(tx, {
          organizationId: principal.organizationId,
          actor: actorOf(principal),
          action: 'connection.ended',
          target: server.id,
          detail: { holder: holder.id },
        })
        return { before: found, version: dropped }
      })
      const applied = await deps.barrier.reached(version)
      const revoked: Revocation | 'not_connected' =
        before === undefined
          ? 'not_connected'
          : await revokeGrant(deps.fetchFor(server), before.grant)
      return { revoked, ...applied }
    },
  }
}

/** Whose connections a caller sees. */
function holdersOf({ memberId, organizationId }: Principal): readonly Holder[] {
  return [
    ...(memberId === null ? [] : [{ kind: 'member', id: memberId } as const]),
    { kind: 'organization', id: organizationId },
  ]
}
