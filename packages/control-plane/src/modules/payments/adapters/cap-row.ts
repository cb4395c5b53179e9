import { assetId, fromUuid, toUuid, unreachable, type Instant } from '@mcp-orchestra/kernel'
import type { Cap, CapScope, SpenderScope } from '../cap/cap.ts'

/** A cap as PostgreSQL has it. */
export type CapRow = {
  id: string
  organization_id: string
  scope_kind: CapScope['kind']
  scope_id: string
  session_of: SpenderScope['kind'] | null
  period: Cap['period']
  asset: string
  amount: bigint
  created_at: Instant
}

/** A row as a cap. */
export function capOf(row: CapRow): Cap {
  return {
    id: fromUuid('cap', row.id),
    organizationId: fromUuid('org', row.organization_id),
    scope: scopeOf(row),
    period: row.period,
    asset: assetId(row.asset),
    amount: row.amount,
    createdAt: row.created_at,
  }
}

/** A scope as the three columns that say it: its kind, its id, and of a session cap whose sessions. */
export function scopeColumns(scope: CapScope): [kind: string, id: string, of: string | null] {
  return [scope.kind, toUuid(scope.id), scope.kind === 'session' ? scope.of : null]
}

function scopeOf({ scope_kind, scope_id, session_of }: CapRow): CapScope {
  if (scope_kind === 'mandate') return { kind: 'mandate', id: fromUuid('mdt', scope_id) }
  if (scope_kind !== 'session') return spenderOf(scope_kind, scope_id)
  const { kind, id } = spenderOf(session_of ?? 'organization', scope_id)
  return { kind: 'session', of: kind, id }
}

/** A spender by its two columns. */
export function spenderOf(kind: SpenderScope['kind'], id: string): SpenderScope {
  switch (kind) {
    case 'organization':
      return { kind, id: fromUuid('org', id) }
    case 'project':
      return { kind, id: fromUuid('prj', id) }
    case 'agent':
      return { kind, id: fromUuid('agt', id) }
    case 'key':
      return { kind, id: fromUuid('key', id) }
    default:
      return unreachable(kind)
  }
}
