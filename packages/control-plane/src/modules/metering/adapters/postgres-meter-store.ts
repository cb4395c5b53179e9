import { fromUuid, toRfc3339, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { Aggregation } from '../meter/aggregation.ts'
import type { Meter, MeterEvent } from '../meter/meter.ts'
import type { MeterStore } from '../meter/ports.ts'
import {
  SUBJECT_LEVELS,
  SUBJECT_TALLIES,
  WINDOW_LEVELS,
  WINDOW_TALLIES,
} from './meter-statements.ts'
import { tallyOf, type TallyRow } from './tally-row.ts'

type MeterRow = {
  id: string
  organization_id: string
  key: string
  name: string
  unit: string
  aggregation: Aggregation
  created_at: Instant
  archived_at: Instant | null
}
type EventRow = {
  organization_id: string
  event_id: string
  meter_id: string
  subject: string
  at: Instant
  quantity: bigint | null
  member: string | null
  received_at: Instant
  reporter: string
}

/** Meters in `metering.meters`, their events in `metering.meter_events`. */
export const postgresMeterStore: MeterStore = {
  async lockCount(tx, organizationId) {
    await pgOf(tx).query({
      text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
      values: [`metering.meters ${organizationId}`],
    })
    const { rows } = await pgOf(tx).query<{ count: number }>({
      text: 'select count(*)::integer as count from metering.meters where organization_id = $1',
      values: [toUuid(organizationId)],
    })
    return rows[0]?.count ?? 0
  },
  async add(tx, meter) {
    await pgOf(tx).query({
      text: `insert into metering.meters
               (id, organization_id, key, name, unit, aggregation, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)`,
      values: [
        toUuid(meter.id),
        toUuid(meter.organizationId),
        meter.key,
        meter.name,
        meter.unit,
        meter.aggregation,
        toRfc3339(meter.createdAt),
      ],
    })
  },
  async find(tx, organizationId, keys) {
    const { rows } = await pgOf(tx).query<MeterRow>({
      name: 'metering.find_meters',
      text: 'select * from metering.meters where organization_id = $1 and key = any($2::text[])',
      values: [toUuid(organizationId), keys],
    })
    return rows.map(meterOf)
  },
  async archive(tx, id, at) {
    await pgOf(tx).query({
      text: 'update metering.meters set archived_at = $2 where id = $1 and archived_at is null',
      values: [toUuid(id), toRfc3339(at)],
    })
  },
  async page(tx, { organizationId, after, limit }) {
    const { rows } = await pgOf(tx).query<MeterRow>({
      text: `select * from metering.meters
             where organization_id = $1 and ($2::text is null or key > $2) order by key limit $3`,
      values: [toUuid(organizationId), after ?? null, limit],
    })
    return rows.map(meterOf)
  },
  async addEvents(tx, events) {
    const { rows } = await pgOf(tx).query<{ event_id: string }>({
      name: 'metering.add_meter_events',
      text: `insert into metering.meter_events (organization_id, event_id, meter_id, subject, at,
               quantity, member, received_at, reporter)
             select a, b, c, d, e, f, g, h, i
             from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::timestamptz[],
               $6::numeric[], $7::text[], $8::timestamptz[], $9::text[])
               with ordinality as n (a, b, c, d, e, f, g, h, i, place)
             order by place
             on conflict (organization_id, event_id) do nothing returning event_id`,
      values: [
        events.map(({ organizationId }) => toUuid(organizationId)),
        events.map(({ eventId }) => eventId),
        events.map(({ meterId }) => toUuid(meterId)),
        events.map(({ subject }) => subject),
        events.map(({ at }) => toRfc3339(at)),
        events.map(({ quantity }) => quantity),
        events.map(({ member }) => member),
        events.map(({ receivedAt }) => toRfc3339(receivedAt)),
        events.map(({ reporter }) => reporter),
      ],
    })
    const added = new Set(rows.map(({ event_id }) => event_id))
    return events.map(({ eventId }) => eventId).filter((id) => !added.has(id))
  },
  async findEvents(tx, organizationId, ids) {
    if (ids.length === 0) return []
    const { rows } = await pgOf(tx).query<EventRow>({
      text: `select * from metering.meter_events
             where organization_id = $1 and event_id = any($2::text[])`,
      values: [toUuid(organizationId), ids],
    })
    return rows.map(eventOf)
  },
  async tallies(tx, { meterId, aggregation, subject, windows, knownAt, now }) {
    const { rows } = await pgOf(tx).query<TallyRow & { late_events: bigint }>({
      text: aggregation === 'weighted' ? WINDOW_LEVELS : WINDOW_TALLIES,
      values: [
        toUuid(meterId),
        windows.map(({ from }) => toRfc3339(from)),
        windows.map(({ to }) => toRfc3339(to)),
        subject ?? null,
        toRfc3339(knownAt),
        ...(aggregation === 'weighted' ? [toRfc3339(now)] : []),
      ],
    })
    return rows.flatMap((row, place) => {
      const window = windows[place]
      if (window === undefined) return []
      return [{ ...window, lateEvents: row.late_events, tally: tallyOf(row, window, now) }]
    })
  },
  async subjects(tx, { meterId, aggregation, from, to, knownAt, now, after, limit }) {
    const { rows } = await pgOf(tx).query<TallyRow & { subject: string }>({
      text: aggregation === 'weighted' ? SUBJECT_LEVELS : SUBJECT_TALLIES,
      values: [
        toUuid(meterId),
        toRfc3339(from),
        toRfc3339(to),
        after ?? null,
        toRfc3339(knownAt),
        limit,
        ...(aggregation === 'weighted' ? [toRfc3339(now)] : []),
      ],
    })
    return rows.map((row) => ({ subject: row.subject, tally: tallyOf(row, { from, to }, now) }))
  },
}

function meterOf(row: MeterRow): Meter {
  return {
    id: fromUuid('mtr', row.id),
    organizationId: fromUuid('org', row.organization_id),
    key: row.key,
    name: row.name,
    unit: row.unit,
    aggregation: row.aggregation,
    createdAt: row.created_at,
    archivedAt: row.archived_at,
  }
}

function eventOf(row: EventRow): MeterEvent {
  return {
    organizationId: fromUuid('org', row.organization_id),
    eventId: row.event_id,
    meterId: fromUuid('mtr', row.meter_id),
    subject: row.subject,
    at: row.at,
    quantity: row.quantity,
    member: row.member,
    receivedAt: row.received_at,
    reporter: row.reporter,
  }
}
