import { fromUuid, toRfc3339, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { Seal } from '../ports.ts'
import type { Connection, Grant, Holder } from '../upstream-auth/connection.ts'
import type { ConnectionKey, ConnectionStore } from '../upstream-auth/ports.ts'

type KeyRow = { server_id: string; holder_kind: Holder['kind']; holder_id: string }
type Row = KeyRow & {
  issuer: string
  state: Connection['state']
  generation: bigint
  account: bigint
  granted_scope: string | null
  asked_scope: string | null
  wanted_scope: string | null
  renews: boolean
  expires_at: Instant | null
  connected_at: Instant
  grant_sealed: Buffer
}

const SELECT = 'select * from hub.connections'
const BY_KEY = 'server_id = $1 and holder_kind = $2 and holder_id = $3'

/** Connections in PostgreSQL; what was granted is sealed for its server, holder and issuer. */
export function createPostgresConnections(seal: Seal): ConnectionStore {
  function connectionOf(row: Row): Connection {
    const key = keyOf(row)
    // It was written by `put` below and is authenticated: its form is ours.
    const grant = JSON.parse(seal.open(row.grant_sealed, contextOf(key, row.issuer))) as Grant
    return {
      ...key,
      issuer: row.issuer,
      state: row.state,
      generation: Number(row.generation),
      account: Number(row.account),
      grantedScope: row.granted_scope ?? undefined,
      askedScope: row.asked_scope ?? undefined,
      wantedScope: row.wanted_scope ?? undefined,
      renews: row.renews,
      expiresAt: row.expires_at ?? undefined,
      connectedAt: row.connected_at,
      grant,
    }
  }

  return {
    async lock(tx, key) {
      // Not the row's own lock: the first token of a service has no row yet.
      await pgOf(tx).query({
        text: `select pg_advisory_xact_lock(hashtextextended($1, 0))`,
        values: [`hub.connections ${key.serverId} ${key.holder.id}`],
      })
    },
    async find(tx, key) {
      const { rows } = await pgOf(tx).query<Row>({
        text: `${SELECT} where ${BY_KEY}`,
        values: keyValues(key),
      })
      return rows.map(connectionOf)[0]
    },
    async put(tx, connection) {
      const { expiresAt, grant } = connection
      await pgOf(tx).query({
        text: `insert into hub.connections (server_id, holder_kind, holder_id, issuer, state, generation,
                 account, granted_scope, asked_scope, wanted_scope, renews, expires_at, connected_at,
                 grant_sealed)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
               on conflict (server_id, holder_kind, holder_id) do update set issuer = $4, state = $5,
                 generation = $6, account = $7, granted_scope = $8, asked_scope = $9, wanted_scope = $10,
                 renews = $11, expires_at = $12, connected_at = $13, grant_sealed = $14`,
        values: [
          ...keyValues(connection),
          connection.issuer,
          connection.state,
          connection.generation,
          connection.account,
          connection.grantedScope ?? null,
          connection.askedScope ?? null,
          connection.wantedScope ?? null,
          connection.renews,
          expiresAt === undefined ? null : toRfc3339(expiresAt),
          toRfc3339(connection.connectedAt),
          seal.seal(JSON.stringify(grant), contextOf(connection, connection.issuer)),
        ],
      })
    },
    async remove(tx, key) {
      await pgOf(tx).query({
        text: `delete from hub.connections where ${BY_KEY}`,
        values: keyValues(key),
      })
    },
    async ofHolders(tx, holders) {
      const { rows } = await pgOf(tx).query<Row & { alias: string }>({
        text: `select c.*, s.alias from hub.connections c join hub.servers s on s.id = c.server_id
               where s.removed_at is null
                 and (holder_kind, holder_id) in (select * from unnest($1::text[], $2::uuid[]))
               order by connected_at desc limit ${LISTED_MAX}`,
        values: [holders.map(({ kind }) => kind), holders.map(({ id }) => toUuid(id))],
      })
      return rows.map((row) => ({ connection: connectionOf(row), alias: row.alias }))
    },
    async ofServer(tx, serverId) {
      const { rows } = await pgOf(tx).query<KeyRow>({
        text: 'select server_id, holder_kind, holder_id from hub.connections where server_id = $1',
        values: [toUuid(serverId)],
      })
      return rows.map(keyOf)
    },
    async due(tx, before, limit) {
      const { rows } = await pgOf(tx).query<KeyRow>({
        text: `select server_id, holder_kind, holder_id from hub.connections
               where state = 'connected' and renews and expires_at < $1 order by expires_at limit $2`,
        values: [toRfc3339(before), limit],
      })
      return rows.map(keyOf)
    },
  }
}

/** An organization and one of its members have at most this many connections in a list: one a server. */
const LISTED_MAX = 2_000

function keyValues({ serverId, holder }: ConnectionKey): unknown[] {
  return [toUuid(serverId), holder.kind, toUuid(holder.id)]
}

function keyOf(row: KeyRow): ConnectionKey {
  return {
    serverId: fromUuid('srv', row.server_id),
    holder: holderOf(row.holder_kind, row.holder_id),
  }
}

/** A holder from its columns. */
export function holderOf(kind: Holder['kind'], uuid: string): Holder {
  return kind === 'member'
    ? { kind, id: fromUuid('mbr', uuid) }
    : { kind, id: fromUuid('org', uuid) }
}

function contextOf({ serverId, holder }: ConnectionKey, issuer: string): string {
  return `v1|hub.connections|${serverId}|${holder.id}|${issuer}|grant`
}
