import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { Principal } from '@mcp-orchestra/api/permission'
import type { Clock, Ids, Transaction, Transactions } from '@mcp-orchestra/kernel'
import { refuse } from '../problems.ts'
import type { Meter } from './meter.ts'
import type { MeterStore } from './ports.ts'

/** What defining and archiving needs. */
export type DefineMeterDeps = {
  readonly transactions: Transactions
  readonly meters: MeterStore
  readonly audit: AuditLog
  readonly clock: Clock
  readonly ids: Ids
}

/** A meter that somebody wants. */
export type MeterWish = Pick<Meter, 'key' | 'name' | 'unit' | 'aggregation'>

/** Meters of one organization, archived ones too: more than anybody reads on a page. */
export const METERS_MAX = 200

/** Defines a meter; a key that was ever used is refused. Audited. */
export function defineMeter(
  deps: DefineMeterDeps,
  principal: Principal,
  wish: MeterWish,
): Promise<Meter> {
  const { organizationId } = principal
  return deps.transactions.run(async (tx) => {
    const count = await deps.meters.lockCount(tx, organizationId)
    const [taken] = await deps.meters.find(tx, organizationId, [wish.key])
    if (taken !== undefined) throw refuse('metering.meter_exists')
    if (count >= METERS_MAX) throw refuse('metering.meter_limit')
    const createdAt = deps.clock.now()
    const id = deps.ids.make('mtr')
    const meter: Meter = { ...wish, id, organizationId, createdAt, archivedAt: null }
    await deps.meters.add(tx, meter)
    await note(deps, tx, principal, 'meter.defined', meter)
    return meter
  })
}

/** Ends a meter: it takes no events any more. The same again changes nothing. Audited. */
export function archiveMeter(
  deps: DefineMeterDeps,
  principal: Principal,
  key: string,
): Promise<Meter> {
  return deps.transactions.run(async (tx) => {
    const [meter] = await deps.meters.find(tx, principal.organizationId, [key])
    if (meter === undefined) throw refuse('metering.meter_not_found')
    if (meter.archivedAt !== null) return meter
    const archivedAt = deps.clock.now()
    await deps.meters.archive(tx, meter.id, archivedAt)
    await note(deps, tx, principal, 'meter.archived', meter)
    return { ...meter, archivedAt }
  })
}

async function note(
  deps: DefineMeterDeps,
  tx: Transaction,
  { keyId, memberId }: Principal,
  action: string,
  { id, organizationId, key, aggregation }: Meter,
): Promise<void> {
  await deps.audit.record(tx, {
    organizationId,
    actor: keyId ?? memberId ?? 'system',
    action,
    target: id,
    detail: { key, aggregation },
  })
}
