import type { ConnectionEntity, KeyEntity, StopEntity } from '@mcp-orchestra/api/snapshot'
import type { Problem } from '@mcp-orchestra/kernel'
import { compileGrants } from './authorize/grants.ts'
import { refuse } from './authorize/problems.ts'
import { refuse as refuseRoute } from './route/problems.ts'
import { refuse as refuseCharge } from './charge/problems.ts'
import { spendingStopped } from './charge/refuse-stopped.ts'
import type { ScopePath } from './snapshot/cap-index.ts'
import { stopsPath } from './snapshot/stop-index.ts'
import { refuseUpstream } from './upstream/problems.ts'
import type { SnapshotReplica } from './snapshot/replica.ts'

/** What a running call, stream or parked request is indexed by (spending §7.20). */
export type RunningCall = {
  readonly keyId: string
  readonly organizationId: string
  readonly serverId: string | undefined
  readonly publisherId: string | undefined
  /** Everything that it belongs to, for stops of spending. */
  readonly path: ScopePath
  /** Whether money is reserved for it: a stop ends that, and nothing that is free. */
  readonly isPaid: boolean
}

/** Ends what is running. */
export type AbortWhere = (matches: (call: RunningCall) => boolean, problem: Problem) => unknown

/**
 * Ends what a change of the snapshot takes the right from, in the same turn in which the change is applied:
 * a revoked or changed key, a server that was switched off, changed or removed,
 * a suspended organization, an account at a server that is another one or none now, spending that was stopped,
 * a mandate that was revoked.
 */
export function abortRevoked(
  snapshot: Pick<
    SnapshotReplica,
    | 'keyById'
    | 'serverById'
    | 'organizationActive'
    | 'connectionById'
    | 'stopById'
    | 'mandateById'
    | 'onChange'
  >,
  relay: { readonly abortWhere: AbortWhere; stopServer(serverId: string): Promise<void> },
): void {
  const transports = new Map<string, string>()
  /** Whether the server is off, gone or reached in another way than before: then its processes are of no use. */
  const hasMoved = (id: string): boolean => {
    const server = snapshot.serverById(id)
    const now = server?.enabled === true ? JSON.stringify(server.transport) : undefined
    const before = transports.get(id)
    if (now === undefined) transports.delete(id)
    else transports.set(id, now)
    return before !== undefined && before !== now
  }
  const accounts = new Map<string, ConnectionEntity>()
  /** What was opened with another account, or with none, is not gone on with. A renewed token changes nothing. */
  const followConnection = (id: string): void => {
    const before = accounts.get(id)
    const now = snapshot.connectionById(id)
    if (now === undefined) accounts.delete(id)
    else accounts.set(id, now)
    const one = now ?? before
    if (one === undefined || before?.account === now?.account) return
    const server = snapshot.serverById(one.serverId)
    // The first token of a service is got by the very call that must not end now.
    if (server?.credentials === 'service' && before === undefined) return
    relay.abortWhere(
      ({ keyId, organizationId, serverId }) =>
        serverId === one.serverId &&
        (server?.credentials === 'service' ||
          organizationId === one.holderId ||
          snapshot.keyById(keyId)?.memberId === one.holderId),
      refuseUpstream('upstream.authorization_required', {
        detail: 'the account at the server was changed or disconnected',
      }),
    )
  }
  snapshot.onChange(({ kind, id }) => {
    switch (kind) {
      case 'key':
        return abortKey(id, snapshot.keyById(id), relay)
      case 'server':
        if (snapshot.serverById(id)?.enabled !== true) {
          relay.abortWhere(({ serverId }) => serverId === id, refuseRoute('route.server_off'))
        }
        if (hasMoved(id)) void relay.stopServer(id)
        return
      case 'organization':
        if (!snapshot.organizationActive(id)) {
          relay.abortWhere(
            ({ organizationId, publisherId }) => organizationId === id || publisherId === id,
            refuse('authorize.organization_suspended'),
          )
        }
        return
      case 'stop':
        return abortStopped(snapshot.stopById(id), relay)
      case 'mandate':
        if (snapshot.mandateById(id)?.revoked !== false) {
          relay.abortWhere(
            ({ path }) => path.mandateId === id,
            refuseCharge('charge.mandate_revoked'),
          )
        }
        return
      case 'connection':
        return followConnection(id)
      default:
    }
  })
}

/** What is paid and bound by a stop ends; a resumption ends nothing. */
function abortStopped(
  stop: StopEntity | undefined,
  relay: { readonly abortWhere: AbortWhere },
): void {
  if (stop === undefined) return
  relay.abortWhere(
    ({ isPaid, path, serverId }) => isPaid && stopsPath(stop, path, serverId),
    spendingStopped(stop),
  )
}

/** A revoked key loses everything; a changed one what its grants no longer cover. */
function abortKey(
  id: string,
  key: KeyEntity | undefined,
  relay: { readonly abortWhere: AbortWhere },
): void {
  if (key === undefined) {
    relay.abortWhere(({ keyId }) => keyId === id, refuse('authorize.key_invalid'))
    return
  }
  const grants = compileGrants(key)
  relay.abortWhere(
    ({ keyId, serverId }) =>
      keyId === id && serverId !== undefined && !grants.coversServer(serverId),
    refuse('authorize.tool_denied'),
  )
}
