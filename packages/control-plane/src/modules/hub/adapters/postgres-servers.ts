import { UpstreamAuth } from '@mcp-orchestra/api/routes/upstream-auth'
import { ServerLimits, Transport } from '@mcp-orchestra/api/snapshot'
import { fromUuid, toRfc3339, toUuid, type Id, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { Seal, ServerStore } from '../ports.ts'
import type { Server } from '../server.ts'

type ServerRow = {
  id: string
  organization_id: string
  alias: string
  name: string
  enabled: boolean
  visibility: Server['visibility']
  era: Server['era']
  transport: Buffer
  limits: unknown
  announce_prices: boolean
  charge_tool_errors: boolean
  reach: Server['reach']
  upstream_auth: Buffer | null
  created_at: Instant
}

const SELECT = `select id, organization_id, alias, name, enabled, visibility, era, transport, limits,
  announce_prices, charge_tool_errors, reach, upstream_auth, created_at from hub.servers where removed_at is null`

/** Servers in PostgreSQL; how they are reached is sealed for its row. */
export function createPostgresServers(seal: Seal): ServerStore {
  function serverOf(row: ServerRow): Server {
    const id = fromUuid('srv', row.id)
    return {
      id,
      organizationId: fromUuid('org', row.organization_id),
      alias: row.alias,
      name: row.name,
      enabled: row.enabled,
      visibility: row.visibility,
      era: row.era,
      transport: Transport.parse(JSON.parse(seal.open(row.transport, contextOf(id)))),
      limits: ServerLimits.parse(row.limits),
      announcePrices: row.announce_prices,
      chargeToolErrors: row.charge_tool_errors,
      reach: row.reach,
      upstreamAuth:
        row.upstream_auth === null
          ? EACH_MEMBER
          : UpstreamAuth.parse(JSON.parse(seal.open(row.upstream_auth, authContextOf(id)))),
      createdAt: row.created_at,
    }
  }

  return {
    async insert(tx, server) {
      const { rowCount } = await pgOf(tx).query({
        text: `insert into hub.servers (id, organization_id, alias, name, enabled, visibility, era,
                 transport, limits, announce_prices, charge_tool_errors, reach, created_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
               on conflict (alias) where removed_at is null do nothing`,
        values: [
          toUuid(server.id),
          toUuid(server.organizationId),
          server.alias,
          server.name,
          server.enabled,
          server.visibility,
          server.era,
          seal.seal(JSON.stringify(server.transport), contextOf(server.id)),
          JSON.stringify(server.limits),
          server.announcePrices,
          server.chargeToolErrors,
          server.reach,
          toRfc3339(server.createdAt),
        ],
      })
      return rowCount === 1
    },
    async find(tx, id) {
      const { rows } = await pgOf(tx).query<ServerRow>({
        text: `${SELECT} and id = $1`,
        values: [toUuid(id)],
      })
      return rows.map(serverOf)[0]
    },
    async findByAlias(tx, alias) {
      const { rows } = await pgOf(tx).query<ServerRow>({
        text: `${SELECT} and alias = $1`,
        values: [alias],
      })
      return rows.map(serverOf)[0]
    },
    async lock(tx, id) {
      const { rows } = await pgOf(tx).query<ServerRow>({
        text: `${SELECT} and id = $1 for update`,
        values: [toUuid(id)],
      })
      return rows.map(serverOf)[0]
    },
    async change(tx, server) {
      await pgOf(tx).query({
        text: `update hub.servers set name = $2, visibility = $3, era = $4, transport = $5,
                 limits = $6, announce_prices = $7, reach = $8, upstream_auth = $9 where id = $1`,
        values: [
          toUuid(server.id),
          server.name,
          server.visibility,
          server.era,
          seal.seal(JSON.stringify(server.transport), contextOf(server.id)),
          JSON.stringify(server.limits),
          server.announcePrices,
          server.reach,
          seal.seal(JSON.stringify(server.upstreamAuth), authContextOf(server.id)),
        ],
      })
    },
    async setEnabled(tx, id, enabled) {
      await pgOf(tx).query({
        text: 'update hub.servers set enabled = $2 where id = $1',
        values: [toUuid(id), enabled],
      })
    },
    async remove(tx, id, at) {
      await pgOf(tx).query({
        text: 'update hub.servers set removed_at = $2 where id = $1',
        values: [toUuid(id), toRfc3339(at)],
      })
    },
    async listingOf(tx, id) {
      const { rows } = await pgOf(tx).query<{ organization_id: string; visibility: string }>({
        name: 'hub-listing-of',
        text: 'select organization_id, visibility from hub.servers where id = $1',
        values: [toUuid(id)],
      })
      return rows.map((row) => ({
        ownerId: fromUuid('org', row.organization_id),
        isPublic: row.visibility === 'everyone',
      }))[0]
    },
    async count(tx, organizationId) {
      const { rows } = await pgOf(tx).query<{ count: bigint }>({
        text: 'select count(*) from hub.servers where organization_id = $1 and removed_at is null',
        values: [toUuid(organizationId)],
      })
      return Number(rows[0]?.count ?? 0n)
    },
    async list(tx, { visibleTo, before, limit }) {
      const { rows } = await pgOf(tx).query<ServerRow>({
        text: `${SELECT} and ($1::uuid is null or organization_id = $1 or visibility = 'everyone')
               and ($2::uuid is null or id < $2) order by id desc limit $3`,
        values: [
          visibleTo === null ? null : toUuid(visibleTo),
          before === undefined ? null : toUuid(before),
          limit,
        ],
      })
      return rows.map(serverOf)
    },
  }
}

/** Nothing was said: people connect their own accounts where the server asks for one. */
const EACH_MEMBER: Server['upstreamAuth'] = { kind: 'oauth' }

function authContextOf(id: Id<'srv'>): string {
  return `v1|hub.servers|${id}|upstream_auth`
}

function contextOf(id: Id<'srv'>): string {
  return `v1|hub.servers|${id}|transport`
}
