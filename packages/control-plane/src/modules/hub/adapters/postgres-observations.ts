import { fromUuid, parseId, toRfc3339, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { GatewayHealth } from '../health.ts'
import type { ObservationStore } from '../ports.ts'
import type { Tool } from '../tool.ts'

type HealthRow = {
  server_id: string
  gateway: string
  incarnation_id: string
  state: GatewayHealth['state']
  era: GatewayHealth['era']
  revision: string | null
  reason: string | null
  latency_ms_p50: number | null
  latency_ms_p99: number | null
  observed_at: Instant
}
type ToolRow = {
  name: string
  title: string | null
  description: string | null
  read_only_hint: boolean | null
  destructive_hint: boolean | null
  idempotent_hint: boolean | null
  open_world_hint: boolean | null
  input_schema: string | null
  definition_hash: string
  quarantined: string | null
  observed_at: Instant
}

/** Health and tools in PostgreSQL: only the last word of each gateway. */
export const postgresObservations: ObservationStore = {
  async putHealth(tx, serverId, health) {
    const incarnationId = parseId('inc', health.incarnationId)
    if (incarnationId === undefined) return
    await pgOf(tx).query({
      name: 'hub-put-health',
      // A late report of an earlier look must not hide a newer one.
      text: `insert into hub.health (server_id, gateway, incarnation_id, state, era, revision, reason,
               latency_ms_p50, latency_ms_p99, observed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict (server_id, gateway) do update set incarnation_id = excluded.incarnation_id,
               state = excluded.state, era = coalesce(excluded.era, hub.health.era),
               revision = coalesce(excluded.revision, hub.health.revision), reason = excluded.reason,
               latency_ms_p50 = excluded.latency_ms_p50, latency_ms_p99 = excluded.latency_ms_p99,
               observed_at = excluded.observed_at
             where hub.health.observed_at <= excluded.observed_at`,
      values: [
        toUuid(serverId),
        health.gateway,
        toUuid(incarnationId),
        health.state,
        health.era,
        health.revision,
        health.reason,
        health.latencyMsP50,
        health.latencyMsP99,
        toRfc3339(health.observedAt),
      ],
    })
  },
  async health(tx, serverIds) {
    const { rows } = await pgOf(tx).query<HealthRow>({
      text: `select server_id, gateway, incarnation_id, state, era, revision, reason, latency_ms_p50,
               latency_ms_p99, observed_at from hub.health
             where server_id = any($1::uuid[]) order by server_id, gateway`,
      values: [serverIds.map(toUuid)],
    })
    return Map.groupBy(rows.map(healthOf), ({ serverId }) => serverId)
  },
  async putTools(tx, serverId, tools) {
    const sql = pgOf(tx)
    await sql.query({
      text: 'delete from hub.tools where server_id = $1 and name <> all($2::text[])',
      values: [toUuid(serverId), tools.map(({ name }) => name)],
    })
    await sql.query({
      text: `insert into hub.tools (server_id, name, title, description, read_only_hint,
               destructive_hint, idempotent_hint, open_world_hint, input_schema, definition_hash,
               quarantined, observed_at)
             select $1, t.* from unnest($2::text[], $3::text[], $4::text[], $5::boolean[], $6::boolean[],
               $7::boolean[], $8::boolean[], $9::text[], $10::text[], $11::text[], $12::timestamptz[]) as t
             on conflict (server_id, name) do update set title = excluded.title,
               description = excluded.description, read_only_hint = excluded.read_only_hint,
               destructive_hint = excluded.destructive_hint, idempotent_hint = excluded.idempotent_hint,
               open_world_hint = excluded.open_world_hint, input_schema = excluded.input_schema,
               definition_hash = excluded.definition_hash, quarantined = excluded.quarantined,
               observed_at = excluded.observed_at`,
      values: [
        toUuid(serverId),
        tools.map(({ name }) => name),
        tools.map(({ title }) => title),
        tools.map(({ description }) => description),
        tools.map(({ readOnlyHint }) => readOnlyHint),
        tools.map(({ destructiveHint }) => destructiveHint),
        tools.map(({ idempotentHint }) => idempotentHint),
        tools.map(({ openWorldHint }) => openWorldHint),
        tools.map(({ inputSchema }) => inputSchema),
        tools.map(({ definitionHash }) => definitionHash),
        tools.map(({ quarantined }) => quarantined),
        tools.map(({ observedAt }) => toRfc3339(observedAt)),
      ],
    })
  },
  async toolCounts(tx, serverIds) {
    const { rows } = await pgOf(tx).query<{ server_id: string; count: number }>({
      text: `select server_id, count(*)::integer from hub.tools where server_id = any($1::uuid[])
             group by server_id`,
      values: [serverIds.map(toUuid)],
    })
    return new Map(rows.map((row) => [fromUuid('srv', row.server_id), row.count]))
  },
  async tools(tx, serverId, { after, limit }) {
    const { rows } = await pgOf(tx).query<ToolRow>({
      text: `select name, title, description, read_only_hint, destructive_hint, idempotent_hint,
               open_world_hint, input_schema, definition_hash, quarantined, observed_at from hub.tools
             where server_id = $1 and ($2::text is null or name > $2) order by name limit $3`,
      values: [toUuid(serverId), after ?? null, limit],
    })
    return rows.map(toolOf)
  },
}

function healthOf(row: HealthRow): GatewayHealth & { serverId: string } {
  return {
    serverId: fromUuid('srv', row.server_id),
    gateway: row.gateway,
    incarnationId: fromUuid('inc', row.incarnation_id),
    state: row.state,
    era: row.era,
    revision: row.revision,
    reason: row.reason,
    latencyMsP50: row.latency_ms_p50,
    latencyMsP99: row.latency_ms_p99,
    observedAt: row.observed_at,
  }
}

function toolOf(row: ToolRow): Tool {
  return {
    name: row.name,
    title: row.title,
    description: row.description,
    readOnlyHint: row.read_only_hint,
    destructiveHint: row.destructive_hint,
    idempotentHint: row.idempotent_hint,
    openWorldHint: row.open_world_hint,
    inputSchema: row.input_schema,
    definitionHash: row.definition_hash,
    quarantined: row.quarantined,
    observedAt: row.observed_at,
  }
}
