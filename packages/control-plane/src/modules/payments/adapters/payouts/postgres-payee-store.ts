import { fromUuid, toRfc3339, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../../infra/postgres/index.ts'
import type { Payee, PayeeDestination } from '../../payee/payee.ts'
import type { PayeeStore } from '../../payee/ports.ts'

type Row = {
  organization_id: string
  rail: string
  version: number
  hint: string
  schedule: Payee['schedule']
  scheduled_by: string | null
  minimum: bigint
  approved_by: string | null
  approved_at: Instant | null
  hold_reason: string | null
  saved_at: Instant
}

type DestinationRow = {
  rail: string
  sealed: Buffer
  hint: string
  added_by: string
  added_at: Instant
}

const SELECT = `
  select p.organization_id, d.rail, p.version, d.hint, p.schedule, p.scheduled_by, p.minimum,
    d.approved_by, d.approved_at, p.hold_reason, p.saved_at
  from payments.payees p
  join payments.payee_destinations d using (organization_id, version)`

/** Payees and their destinations in PostgreSQL. */
export const postgresPayeeStore: PayeeStore = {
  async find(tx, organizationId) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `${SELECT} where p.organization_id = $1`,
      values: [toUuid(organizationId)],
    })
    return rows[0] === undefined ? undefined : payeeOf(rows[0])
  },
  async lock(tx, organizationId) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `${SELECT} where p.organization_id = $1 for no key update of p`,
      values: [toUuid(organizationId)],
    })
    return rows[0] === undefined ? undefined : payeeOf(rows[0])
  },
  async addDestination(tx, { organizationId, version, rail, sealed, hint, addedBy, addedAt }) {
    await pgOf(tx).query({
      text: `insert into payments.payee_destinations
               (organization_id, version, rail, sealed, hint, added_by, added_at)
             values ($1, $2, $3, $4, $5, $6, $7)`,
      values: [toUuid(organizationId), version, rail, sealed, hint, addedBy, toRfc3339(addedAt)],
    })
  },
  async save(tx, { organizationId, version, schedule, scheduledBy, minimum, savedAt }) {
    await pgOf(tx).query({
      text: `insert into payments.payees
               (organization_id, version, schedule, scheduled_by, minimum, saved_at)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (organization_id) do update set version = excluded.version,
               schedule = excluded.schedule, scheduled_by = excluded.scheduled_by,
               minimum = excluded.minimum, saved_at = excluded.saved_at`,
      values: [
        toUuid(organizationId),
        version,
        schedule,
        scheduledBy === null ? null : toUuid(scheduledBy),
        minimum,
        toRfc3339(savedAt),
      ],
    })
  },
  async approve(tx, { organizationId, version }, by, at) {
    await pgOf(tx).query({
      text: `update payments.payee_destinations set approved_by = $3, approved_at = $4
             where organization_id = $1 and version = $2`,
      values: [toUuid(organizationId), version, by, toRfc3339(at)],
    })
  },
  async setHold(tx, organizationId, reason) {
    await pgOf(tx).query({
      text: 'update payments.payees set hold_reason = $2 where organization_id = $1',
      values: [toUuid(organizationId), reason],
    })
  },
  async destination(tx, organizationId, version) {
    const { rows } = await pgOf(tx).query<DestinationRow>({
      text: `select rail, sealed, hint, added_by, added_at from payments.payee_destinations
             where organization_id = $1 and version = $2`,
      values: [toUuid(organizationId), version],
    })
    return rows[0] === undefined ? undefined : destinationOf(organizationId, version, rows[0])
  },
  async page(tx, { after, limit, scheduled = false }) {
    const { rows } = await pgOf(tx).query<Row>({
      text: `${SELECT} where ($1::uuid is null or p.organization_id > $1)
               and (not $2 or p.schedule <> 'none')
             order by p.organization_id limit $3`,
      values: [after === undefined ? null : toUuid(after), scheduled, limit],
    })
    return rows.map(payeeOf)
  },
}

function payeeOf(row: Row): Payee {
  return {
    organizationId: fromUuid('org', row.organization_id),
    rail: row.rail,
    version: row.version,
    hint: row.hint,
    schedule: row.schedule,
    scheduledBy: row.scheduled_by === null ? null : fromUuid('mbr', row.scheduled_by),
    minimum: row.minimum,
    approvedBy: row.approved_by,
    approvedAt: row.approved_at,
    hold: row.hold_reason,
    savedAt: row.saved_at,
  }
}

function destinationOf(
  organizationId: Payee['organizationId'],
  version: number,
  { rail, sealed, hint, added_by, added_at }: DestinationRow,
): PayeeDestination {
  return { organizationId, version, rail, sealed, hint, addedBy: added_by, addedAt: added_at }
}
