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
import { createPostgresAttempts } from './adapters/postgres-attempts.ts'
import { createPostgresConnections } from './adapters/postgres-connections.ts'
import {
  createPostgresOAuthClients,
  postgresChallenges,
} from './adapters/postgres-oauth-clients.ts'
import { createPostgresDocuments } from './adapters/postgres-documents.ts'
import { createPostgresServers } from './adapters/postgres-servers.ts'
import { mountHubRoutes } from './http/mount.ts'
import { createApis } from './apis.ts'
import { createObservations } from './observations.ts'
import type {
  CompilePace,
  OrganizationDirectory,
  PriceRanges,
  ProbeCommands,
  ReadAddress,
  Seal,
} from './ports.ts'
import { refuse } from './problems.ts'
import { createProbes } from './probes.ts'
import { createServers } from './servers.ts'
import { CLIENT_DOCUMENT_PATH, OAUTH_CALLBACK_PATH } from '@mcp-orchestra/api/routes/connections'
import type { FetchFor } from './upstream-auth/ports.ts'
import { createUpstreamAuth } from './upstream-auth/upstream-auth.ts'

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
  /** Where people and authorization servers reach the control plane. */
  readonly publicUrl: string
  /** The fetch for addresses that a server names. */
  readonly fetchFor: FetchFor
  /** Reads an OpenAPI document; rejects with an error whose message says why it could not. */
  readonly readAddress: ReadAddress
  readonly compilePace: CompilePace
}

/** What other modules may know of a server. */
export type KnownServer = {
  readonly id: Id<'srv'>
  readonly organizationId: Id<'org'>
  readonly alias: string
}

/** The hub: which MCP servers there are, whose they are, and how they do. */
export interface Hub {
  /** Who publishes a server and who may use it, removed or not: usage that comes late still has an owner. */
  listingOf(
    tx: Transaction,
    serverId: string,
  ): Promise<{ readonly ownerId: Id<'org'>; readonly isPublic: boolean } | undefined>
  /** A server by id or alias that the caller may see; else 404. */
  serverFor(principal: Principal, idOrAlias: string): Promise<KnownServer>
  /** A server by id or alias that the caller may change; else 404. */
  ownedServer(principal: Principal, idOrAlias: string): Promise<KnownServer>
  /** Renews tokens that end soon; returns how many. */
  renewCredentials(): Promise<number>
  /** Forgets people who did not come back from an authorization server; returns how many. */
  reapAttempts(): Promise<number>
  mount(app: ApiApp, edge: { authorize: Authorize; authenticateGateway: AuthenticateGateway }): void
}

/** Makes the module on PostgreSQL. */
export function createHub(deps: HubDeps): Hub {
  const store = createPostgresServers(deps.seal)
  const us = ourClient(deps.publicUrl)
  const upstreamAuth = createUpstreamAuth({
    ...deps,
    servers: store,
    stores: {
      connections: createPostgresConnections(deps.seal),
      attempts: createPostgresAttempts(deps.seal),
      clients: createPostgresOAuthClients(deps.seal),
      challenges: postgresChallenges,
    },
    us,
    connectUrl: (alias) => connectUrl(deps.publicUrl, alias),
  })
  const dropConnections = upstreamAuth.keeper.dropAll
  const apis = createApis({ read: readOrRefuse(deps.readAddress), pace: deps.compilePace })
  const documents = createPostgresDocuments(deps.seal)
  const servers = createServers({ ...deps, store, documents, apis, dropConnections })
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
    async listingOf(tx, serverId) {
      const id = parseId('srv', serverId)
      return id === undefined ? undefined : store.listingOf(tx, id)
    },
    serverFor: (principal, idOrAlias) => servers.visible(principal, idOrAlias).then(known),
    ownedServer: (principal, idOrAlias) => servers.owned(principal, idOrAlias).then(known),
    renewCredentials: () => upstreamAuth.credentials.renewDue(),
    reapAttempts: () => upstreamAuth.reapAttempts(),
    mount(app, edge) {
      mountHubRoutes(app, {
        ...deps,
        ...edge,
        servers,
        apis,
        observations,
        probes,
        upstreamAuth,
        us,
      })
    },
  }
}

/** Our metadata document is of use only where https leads to it. */
function ourClient(publicUrl: string) {
  const isSecure = new URL(publicUrl).protocol === 'https:'
  return {
    callbackUrl: new URL(OAUTH_CALLBACK_PATH, publicUrl).href,
    documentUrl: isSecure ? new URL(CLIENT_DOCUMENT_PATH, publicUrl).href : undefined,
  }
}

/** The page on which a person connects an account at a server. */
function connectUrl(publicUrl: string, alias: string): string {
  const url = new URL('/connections', publicUrl)
  url.searchParams.set('server', alias)
  return url.href
}

/** What an address did not give is the caller's to mend: it named it. */
function readOrRefuse(read: ReadAddress): ReadAddress {
  return async (address, bounds) => {
    try {
      return await read(address, bounds)
    } catch (error) {
      const detail = error instanceof Error ? error.message : 'It could not be read.'
      throw refuse('hub.document_unreachable', { detail, cause: error })
    }
  }
}

function known({ id, organizationId, alias }: KnownServer): KnownServer {
  return { id, organizationId, alias }
}
