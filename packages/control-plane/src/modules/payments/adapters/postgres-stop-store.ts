import { fromUuid, toRfc3339, toUuid, unreachable, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import { spenderOf } from './cap-row.ts'
import type { StopStore } from '../ports.ts'
import type { Stop, StopScope } from '../stop/stop.ts'

type Row = {
  id: string
  organization_id: string
  scope_kind: StopScope['kind']
  scope_id: string
  reason: string
  by_operator: boolean
  stopped_by: string
  stopped_at: Instant
  resumed_at: Instant | null
}

/** Stops of spending in PostgreSQL. */
export const postgresStopStore: StopStore = {
  async add(tx, stop) {
    await pgOf(tx).query({
      text: `insert into payments.stops (id, organization_id, scope_kind, scope_id, reason, by_operator,
               stopped_by, stopped_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      values: [
        toUuid(stop.id),
        toUuid(stop.organizationId),
        stop.scope.kind,
        toUuid(stop.scope.id),
        stop.reason,
        stop.byOperator,
        stop.stoppedBy,
        toRfc3339(stop.stoppedAt),
      ],
    })
  },
  async inForce(tx, organizationId, scope) {
    const { rows } = await pgOf(tx).query<Row>({
      name: 'payments.stop_in_force',
      text: `select * from payments.stops where organization_id = $1 and scope_kind = $2
               and scope_id = $3 and resumed_at is null`,
      values: [toUuid(organizationId), scope.kind, toUuid(scope.id)],
    })
    return rows.map(stopOf)[0]
  },
  async lock(tx, id) {
    const { rows } = await pgOf(tx).query<Row>({
      text: 'select * from payments.stops where id = $1 and resumed_at is null for update',
      values: [toUuid(id)],
    })
    return rows.map(stopOf)[0]
  },
  async resume(tx, id, at) {
    await pgOf(tx).query({
      text: 'update payments.stops set resumed_at = $2 where id = $1',
      values: [toUuid(id), toRfc3339(at)],
    })
  },
  async page(tx, { organizationId, state, before, limit }) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `select * from payments.stops where organization_id = $1
               and ($2::text is null or (resumed_at is null) = ($2 = 'in_force'))
               and ($3::uuid is null or id < $3)
             order by id desc limit $4`,
      values: [
        toUuid(organizationId),
        state ?? null,
        before === undefined ? null : toUuid(before),
        limit,
      ],
    })
    return rows.map(stopOf)
  },
}

function stopOf(row: Row): Stop {
  return {
    id: fromUuid('stp', row.id),
    organizationId: fromUuid('org', row.organization_id),
    scope: scopeOf(row.scope_kind, row.scope_id),
    reason: row.reason,
    byOperator: row.by_operator,
    stoppedBy: row.stopped_by,
    stoppedAt: row.stopped_at,
    resumedAt: row.resumed_at,
  }
}

function scopeOf(kind: StopScope['kind'], id: string): StopScope {
  switch (kind) {
    case 'server':
      return { kind, id: fromUuid('srv', id) }
    case 'mandate':
      return { kind, id: fromUuid('mdt', id) }
    case 'organization':
    case 'project':
    case 'agent':
    case 'key':
      return spenderOf(kind, id)
    default:
      return unreachable(kind)
  }
}
