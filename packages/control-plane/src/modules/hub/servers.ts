import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { Principal } from '@mcp-orchestra/api/permission'
import type { ChangedTransport } from '@mcp-orchestra/api/routes/change-server'
import type { OpenApiTransportWish } from '@mcp-orchestra/api/routes/openapi'
import type { SnapshotBarrier, SnapshotWriter } from '@mcp-orchestra/api/snapshot'
import {
  parseId,
  type Clock,
  type Id,
  type Ids,
  type Transaction,
  type Transactions,
} from '@mcp-orchestra/kernel'
import { actorOf } from '../identity/index.ts'
import type { Apis } from './apis.ts'
import type { DocumentStore, OrganizationDirectory, ServerStore } from './ports.ts'
import { refuse } from './problems.ts'
import { mayChange, mayRead, serverEntity, type Server } from './server.ts'
import { changedServer, type ServerChange } from './server-change.ts'
import { requireReachable } from './transport-rules.ts'

/** Servers of one organization at most: each is in the memory of every gateway. */
const SERVERS_MAX = 1_000
/** Of these, made from OpenAPI documents: each may have 1 MiB of tools there. */
const APIS_MAX = 64

/** What a new server shall be. */
export type ServerWish = Omit<
  Server,
  'id' | 'organizationId' | 'createdAt' | 'reach' | 'transport' | 'upstreamAuth'
> & {
  readonly organizationId: string | undefined
  readonly transport: Exclude<Server['transport'], { kind: 'openapi' }> | OpenApiTransportWish
}

/** What shall be different of a server, as its caller says it. */
export type ChangeWish = Omit<ServerChange, 'transport'> & {
  readonly transport?: ChangedTransport | undefined
}

/** A change, and whether gateways have it. */
export type ChangedServer = {
  readonly server: Server
  readonly snapshotVersion: number
  readonly pendingGateways: readonly string[]
}

/** The use cases of servers. */
export interface Servers {
  register(principal: Principal, wish: ServerWish): Promise<ChangedServer>
  list(
    principal: Principal,
    page: { before: Id<'srv'> | undefined; limit: number },
  ): Promise<Server[]>
  /** By id, whoever asks: for what is known to concern them. */
  byId(id: Id<'srv'>): Promise<Server>
  /** By id or alias; what the caller may not see does not exist. */
  visible(principal: Principal, idOrAlias: string): Promise<Server>
  /** By id or alias; what the caller may not change does not exist. */
  owned(principal: Principal, idOrAlias: string): Promise<Server>
  /** Changes what is named and leaves the rest. */
  change(principal: Principal, idOrAlias: string, wish: ChangeWish): Promise<ChangedServer>
  /** Reads the document of an API again from its address. */
  refreshDocument(principal: Principal, idOrAlias: string): Promise<ChangedServer>
  setState(principal: Principal, idOrAlias: string, action: 'on' | 'off'): Promise<ChangedServer>
  remove(principal: Principal, idOrAlias: string): Promise<ChangedServer>
}

/** The servers of all organizations. */
export function createServers(deps: {
  readonly transactions: Transactions
  readonly store: ServerStore
  readonly documents: DocumentStore
  readonly apis: Apis
  readonly organizations: OrganizationDirectory
  readonly snapshot: SnapshotWriter
  readonly barrier: SnapshotBarrier
  readonly audit: AuditLog
  readonly clock: Clock
  readonly ids: Ids
  /** Forgets every token for a server: it is gone, or is another one now. */
  readonly dropConnections: (tx: Transaction, serverId: Id<'srv'>) => Promise<void>
}): Servers {
  const {
    transactions,
    store,
    documents,
    apis,
    organizations,
    snapshot,
    barrier,
    audit,
    clock,
    ids,
  } = deps

  async function find(tx: Transaction, idOrAlias: string): Promise<Server | undefined> {
    const id = parseId('srv', idOrAlias)
    return id === undefined ? store.findByAlias(tx, idOrAlias) : store.find(tx, id)
  }

  async function ownedIn(
    tx: Transaction,
    principal: Principal,
    idOrAlias: string,
  ): Promise<Server> {
    const server = await find(tx, idOrAlias)
    if (server === undefined || !mayChange(principal, server)) throw refuse('hub.server_not_found')
    return server
  }

  async function ownerOf(tx: Transaction, principal: Principal, wanted: string | undefined) {
    if (wanted === undefined || wanted === principal.organizationId) return principal.organizationId
    if (!principal.permissions.has('platform:operate')) throw refuse('hub.owner_forbidden')
    const id = parseId('org', wanted)
    if (id === undefined || !(await organizations.exists(tx, id))) throw refuse('hub.owner_unknown')
    return id
  }

  async function change(
    principal: Principal,
    idOrAlias: string,
    action: string,
    work: (tx: Transaction, server: Server) => Promise<{ server: Server; version: number }>,
    detail: Readonly<Record<string, string>> = {},
  ): Promise<ChangedServer> {
    const { server, version } = await transactions.run(async (tx) => {
      const { id } = await ownedIn(tx, principal, idOrAlias)
      const locked = await store.lock(tx, id)
      if (locked === undefined) throw refuse('hub.server_not_found')
      const changed = await work(tx, locked)
      await audit.record(tx, {
        organizationId: locked.organizationId,
        actor: actorOf(principal),
        action,
        target: id,
        detail: { alias: locked.alias, ...detail },
      })
      return changed
    })
    return { server, ...(await barrier.reached(version)) }
  }

  async function wayOf(
    principal: Principal,
    way: ServerWish['transport'],
  ): Promise<{ transport: Server['transport']; document?: string }> {
    return way.kind === 'openapi' ? await apis.make(principal, way) : { transport: way }
  }

  async function changedApi(
    principal: Principal,
    idOrAlias: string,
    way: Extract<ChangedTransport, { kind: 'openapi' }>,
  ) {
    const before = await transactions.run(async (tx) => {
      const { id, transport } = await ownedIn(tx, principal, idOrAlias)
      const known = transport.kind === 'openapi' ? transport : undefined
      return { transport: known, document: await documents.find(tx, id) }
    })
    return await apis.change(principal, way, before)
  }

  /** A server that is no API (any more) has no document. */
  async function keepDocument(
    tx: Transaction,
    { id, organizationId }: Server,
    text: string | undefined,
  ): Promise<void> {
    if (text === undefined) return await documents.remove(tx, id)
    await documents.put(tx, { serverId: id, organizationId, text, readAt: clock.now() })
    if ((await documents.count(tx, organizationId)) > APIS_MAX)
      throw refuse('hub.server_limit', { detail: `At most ${APIS_MAX} REST APIs.` })
  }

  return {
    async register(principal, { organizationId: wanted, transport: way, ...wish }) {
      const isOperator = principal.permissions.has('platform:operate')
      const { transport, document } = await wayOf(principal, way)
      requireReachable(transport, isOperator)
      const { server, version } = await transactions.run(async (tx) => {
        const organizationId = await ownerOf(tx, principal, wanted)
        if ((await store.count(tx, organizationId)) >= SERVERS_MAX) throw refuse('hub.server_limit')
        const made: Server = {
          ...wish,
          transport,
          // We speak for it, and in the modern era only.
          era: transport.kind === 'openapi' ? 'modern' : wish.era,
          id: ids.make('srv'),
          organizationId,
          reach: isOperator ? 'anywhere' : 'open_internet',
          upstreamAuth: { kind: 'oauth' },
          createdAt: clock.now(),
        }
        if (!(await store.insert(tx, made))) {
          throw refuse('hub.alias_taken', { members: { alias: made.alias } })
        }
        await keepDocument(tx, made, document)
        await audit.record(tx, {
          organizationId,
          actor: actorOf(principal),
          action: 'server.registered',
          target: made.id,
          // Which kind, never how: addresses and commands may hold secrets.
          detail: {
            alias: made.alias,
            transport: made.transport.kind,
            visibility: made.visibility,
          },
        })
        return {
          server: made,
          version: await snapshot.put(tx, 'server', made.id, serverEntity(made)),
        }
      })
      return { server, ...(await barrier.reached(version)) }
    },
    list(principal, { before, limit }) {
      const all = principal.permissions.has('platform:operate')
      const visibleTo = all ? null : principal.organizationId
      return transactions.run((tx) => store.list(tx, { visibleTo, before, limit }))
    },
    byId: (id) =>
      transactions.run(async (tx) => {
        const server = await store.find(tx, id)
        if (server === undefined) throw refuse('hub.server_not_found')
        return server
      }),
    visible: (principal, idOrAlias) =>
      transactions.run(async (tx) => {
        const server = await find(tx, idOrAlias)
        if (server === undefined || !mayRead(principal, server))
          throw refuse('hub.server_not_found')
        return server
      }),
    owned: (principal, idOrAlias) => transactions.run((tx) => ownedIn(tx, principal, idOrAlias)),
    async change(principal, idOrAlias, wish) {
      const { transport: way, ...rest } = wish
      const made = way?.kind === 'openapi' ? await changedApi(principal, idOrAlias, way) : undefined
      const transport = made?.transport ?? (way?.kind === 'openapi' ? undefined : way)
      return await change(
        principal,
        idOrAlias,
        'server.changed',
        async (tx, found) => {
          const isOperator = principal.permissions.has('platform:operate')
          const server = changedServer(found, { ...rest, transport }, isOperator)
          await store.change(tx, server)
          if (isAnotherResource(found, server)) await deps.dropConnections(tx, server.id)
          if (way !== undefined) await keepDocument(tx, server, made?.document)
          return {
            server,
            version: await snapshot.put(tx, 'server', server.id, serverEntity(server)),
          }
        },
        // Which parts, never how: addresses and commands may hold secrets.
        { changed: Object.keys(wish).toSorted().join(' '), ...visibilityOf(wish) },
      )
    },
    async refreshDocument(principal, idOrAlias) {
      const before = await transactions.run((tx) => ownedIn(tx, principal, idOrAlias))
      if (before.transport.kind !== 'openapi') throw refuse('hub.no_document')
      // Whoever refreshes it, it is read as far as whoever named the address may reach.
      const made = await apis.refresh(principal, before.transport, before.reach === 'anywhere')
      return await change(principal, idOrAlias, 'server.document_refreshed', async (tx, found) => {
        // Changed meanwhile: what was read may not be what it is now made from.
        if (JSON.stringify(found.transport) !== JSON.stringify(before.transport))
          throw refuse('hub.changed_meanwhile')
        const server = { ...found, transport: made.transport }
        await store.change(tx, server)
        await keepDocument(tx, server, made.document)
        return {
          server,
          version: await snapshot.put(tx, 'server', server.id, serverEntity(server)),
        }
      })
    },
    setState: (principal, idOrAlias, action) =>
      change(principal, idOrAlias, `server.switched_${action}`, async (tx, found) => {
        const server = { ...found, enabled: action === 'on' }
        await store.setEnabled(tx, server.id, server.enabled)
        return {
          server,
          version: await snapshot.put(tx, 'server', server.id, serverEntity(server)),
        }
      }),
    remove: (principal, idOrAlias) =>
      change(principal, idOrAlias, 'server.removed', async (tx, server) => {
        await store.remove(tx, server.id, clock.now())
        await deps.dropConnections(tx, server.id)
        await documents.remove(tx, server.id)
        return { server, version: await snapshot.put(tx, 'server', server.id, null) }
      }),
  }
}

/** Tokens belong to an address and a way to get them: neither may change under them. */
function isAnotherResource(before: Server, after: Server): boolean {
  const urlOf = ({ transport }: Server) => (transport.kind === 'http' ? transport.url : undefined)
  return (
    urlOf(before) !== urlOf(after) ||
    JSON.stringify(before.upstreamAuth) !== JSON.stringify(after.upstreamAuth)
  )
}

/** Who may call it from now on is worth a line of its own in the audit log. */
function visibilityOf({ visibility }: Pick<ServerChange, 'visibility'>): {
  readonly visibility?: string
} {
  return visibility === undefined ? {} : { visibility }
}
