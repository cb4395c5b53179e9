import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { SnapshotBarrier, SnapshotWriter } from '@mcp-orchestra/api/snapshot'
import type { Clock, Id, Transaction, Transactions } from '@mcp-orchestra/kernel'
import type { ServerStore } from '../ports.ts'
import type { OurClient } from './client-choice.ts'
import { createConnecting, type Connecting } from './connecting.ts'
import { createConnectionKeeper, type ConnectionKeeper } from './connection-keeper.ts'
import { createConnections, type Connections } from './connections.ts'
import { createCredentials, type Credentials } from './credentials.ts'
import type { ConnectionStores, FetchFor } from './ports.ts'
import { createRenewals } from './renewals.ts'
import { upstreamServerOf } from './upstream-server.ts'

/** Everything about accounts at servers behind the gateway. */
export type UpstreamAuthParts = {
  readonly connecting: Connecting
  readonly connections: Connections
  readonly credentials: Credentials
  readonly keeper: ConnectionKeeper
  /** Forgets people who did not come back; returns how many. */
  reapAttempts(): Promise<number>
}

/** Puts the parts together. */
export function createUpstreamAuth(deps: {
  readonly transactions: Transactions
  readonly servers: Pick<ServerStore, 'find' | 'lock' | 'change'>
  readonly stores: ConnectionStores
  readonly snapshot: SnapshotWriter
  readonly barrier: SnapshotBarrier
  readonly audit: AuditLog
  readonly clock: Clock
  readonly fetchFor: FetchFor
  readonly us: OurClient
  readonly connectUrl: (alias: string) => string
}): UpstreamAuthParts {
  const { transactions, servers, stores, snapshot, barrier, audit, clock, fetchFor } = deps
  const store = stores.connections
  const keeper = createConnectionKeeper({ store, snapshot, clock })

  /** A client that was entered without its authorization server belongs to the first that it is used at. */
  async function bindIssuer(tx: Transaction, serverId: Id<'srv'>, issuer: string): Promise<void> {
    const server = await servers.lock(tx, serverId)
    const auth = server?.upstreamAuth
    if (server === undefined || auth === undefined || auth.kind === 'none') return
    if (auth.clientId === undefined || auth.issuer !== undefined) return
    await servers.change(tx, { ...server, upstreamAuth: { ...auth, issuer } })
  }

  const renewals = createRenewals({ transactions, store, keeper, fetchFor, bindIssuer, clock })
  return {
    keeper,
    connecting: createConnecting({
      transactions,
      stores,
      keeper,
      renewals,
      fetchFor,
      bindIssuer,
      audit,
      barrier,
      clock,
      us: deps.us,
      async serverById(tx, id) {
        const server = await servers.find(tx, id)
        return server === undefined ? undefined : upstreamServerOf(server)
      },
    }),
    connections: createConnections({ transactions, store, keeper, fetchFor, audit, barrier }),
    credentials: createCredentials({
      transactions,
      servers,
      store,
      challenges: stores.challenges,
      renewals,
      clock,
      connectUrl: deps.connectUrl,
    }),
    reapAttempts: () => transactions.run((tx) => stores.attempts.reap(tx, clock.now())),
  }
}
