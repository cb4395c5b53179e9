import { connectionId, type SnapshotWriter } from '@mcp-orchestra/api/snapshot'
import { instant, type Clock, type Id, type Transaction } from '@mcp-orchestra/kernel'
import type { Connection, Grant } from './connection.ts'
import type { ConnectionKey, ConnectionStore } from './ports.ts'

/** Changes of connections, each with what gateways are told of it in the same transaction; the version of the snapshot comes back. */
export interface ConnectionKeeper {
  /** After an authorization: whatever was there before is replaced. */
  connect(
    tx: Transaction,
    key: ConnectionKey,
    grant: Grant,
    askedScope: string | undefined,
  ): Promise<{ readonly connection: Connection; readonly version: number }>
  /** After a renewal: the account stays. */
  renew(tx: Transaction, before: Connection, grant: Grant): Promise<Connection>
  /** Somebody has to authorize again. */
  expire(tx: Transaction, before: Connection): Promise<Connection>
  drop(tx: Transaction, key: ConnectionKey): Promise<number>
  /** Everything of a server: its address or its settings are others now. */
  dropAll(tx: Transaction, serverId: Id<'srv'>): Promise<void>
}

/** Keeps connections and tells gateways. */
export function createConnectionKeeper(deps: {
  readonly store: ConnectionStore
  readonly snapshot: SnapshotWriter
  readonly clock: Clock
}): ConnectionKeeper {
  const { store, snapshot, clock } = deps

  async function put(tx: Transaction, connection: Connection): Promise<number> {
    await store.put(tx, connection)
    const { serverId, holder, generation, account } = connection
    const id = connectionId(serverId, holder.id)
    return snapshot.put(tx, 'connection', id, {
      id,
      serverId,
      holderId: holder.id,
      generation,
      account,
    })
  }

  async function drop(tx: Transaction, key: ConnectionKey): Promise<number> {
    await store.remove(tx, key)
    return snapshot.put(tx, 'connection', connectionId(key.serverId, key.holder.id), null)
  }

  return {
    async connect(tx, key, grant, askedScope) {
      const before = await store.find(tx, key)
      const connection: Connection = {
        ...grantFacts(grant),
        serverId: key.serverId,
        holder: key.holder,
        issuer: grant.guard.issuer,
        state: 'connected',
        // The clock, so that a connection that was removed and made anew is never taken for the old one.
        generation: Math.max(clock.now(), (before?.generation ?? 0) + 1),
        account: Math.max(clock.now(), (before?.account ?? 0) + 1),
        askedScope,
        // What was wanted is known to be missing until it is granted.
        wantedScope: before?.wantedScope,
        connectedAt: clock.now(),
      }
      return { connection, version: await put(tx, connection) }
    },
    async renew(tx, before, grant) {
      const generation = Math.max(clock.now(), before.generation + 1)
      const connection = { ...before, ...grantFacts(grant), generation }
      await put(tx, connection)
      return connection
    },
    async expire(tx, before) {
      const connection: Connection = {
        ...before,
        state: 'expired',
        renews: false,
        generation: before.generation + 1,
      }
      await put(tx, connection)
      return connection
    },
    drop,
    async dropAll(tx, serverId) {
      for (const key of await store.ofServer(tx, serverId)) await drop(tx, key)
    },
  }
}

function grantFacts(grant: Grant) {
  const { tokens } = grant
  return {
    grant,
    grantedScope: tokens.scope,
    renews: tokens.refreshToken !== undefined || grant.client === undefined,
    expiresAt: tokens.expiresAtMs === undefined ? undefined : instant(tokens.expiresAtMs),
  }
}
