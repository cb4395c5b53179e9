import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { AuthenticateGateway } from '@mcp-orchestra/api/gateway-principal'
import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Authorize, Principal } from '@mcp-orchestra/api/permission'
import type { SnapshotBarrier, SnapshotWriter } from '@mcp-orchestra/api/snapshot'
import {
  parseId,
  type Clock,
  type Id,
  type Ids,
  type Transaction,
  type Transactions,
} from '@mcp-orchestra/kernel'
import type { Keys } from '../identity/index.ts'
import { postgresObservations } from './adapters/postgres-observations.ts'
import { createPostgresServers } from './adapters/postgres-servers.ts'
import { mountHubRoutes } from './http/mount.ts'
import { createObservations } from './observations.ts'
import type { OrganizationDirectory, PriceRanges, ProbeCommands, Seal } from './ports.ts'
import { createProbes } from './probes.ts'
import { createServers } from './servers.ts'

export type { PriceRange } from './ports.ts'

/** What the hub needs from outside. */
export type HubDeps = {
  readonly transactions: Transactions
  readonly snapshot: SnapshotWriter
  readonly barrier: SnapshotBarrier
  readonly audit: AuditLog
  readonly clock: Clock
  readonly ids: Ids
  readonly seal: Seal
  readonly commands: ProbeCommands
  readonly organizations: OrganizationDirectory
  readonly keys: Pick<Keys, 'issueCallKey'>
  readonly prices: PriceRanges
  readonly gatewayUrl: string
}

/** What other modules may know of a server. */
export type KnownServer = {
  readonly id: Id<'srv'>
  readonly organizationId: Id<'org'>
  readonly alias: string
}

/** The hub: which MCP servers there are, whose they are, and how they do. */
export interface Hub {
  /** Who publishes a server, removed or not: usage that comes late still has an owner. */
  ownerOf(tx: Transaction, serverId: string): Promise<Id<'org'> | undefined>
  /** A server by id or alias that the caller may see; else 404. */
  serverFor(principal: Principal, idOrAlias: string): Promise<KnownServer>
  /** A server by id or alias that the caller may change; else 404. */
  ownedServer(principal: Principal, idOrAlias: string): Promise<KnownServer>
  mount(app: ApiApp, edge: { authorize: Authorize; authenticateGateway: AuthenticateGateway }): void
}

/** Makes the module on PostgreSQL. */
export function createHub(deps: HubDeps): Hub {
  const store = createPostgresServers(deps.seal)
  const servers = createServers({ ...deps, store })
  const probes = createProbes(deps)
  const observations = createObservations({
    transactions: deps.transactions,
    servers: store,
    store: postgresObservations,
    probes,
    prices: deps.prices,
    clock: deps.clock,
  })
  return {
    async ownerOf(tx, serverId) {
      const id = parseId('srv', serverId)
      return id === undefined ? undefined : store.ownerOf(tx, id)
    },
    serverFor: (principal, idOrAlias) => servers.visible(principal, idOrAlias).then(known),
    ownedServer: (principal, idOrAlias) => servers.owned(principal, idOrAlias).then(known),
    mount(app, edge) {
      mountHubRoutes(app, { ...deps, ...edge, servers, observations, probes })
    },
  }
}

function known({ id, organizationId, alias }: KnownServer): KnownServer {
  return { id, organizationId, alias }
}
