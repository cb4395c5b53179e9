import type { Principal } from '@mcp-orchestra/api/permission'
import {
  instant,
  toRfc3339,
  type Clock,
  type Instant,
  type Transactions,
} from '@mcp-orchestra/kernel'
import { refuse } from '../problems.ts'
import { valueKindOf } from './aggregation.ts'
import type { Meter, MeterEvent } from './meter.ts'
import type { MeterStore } from './ports.ts'
import { parseQuantity } from './quantity.ts'

/** An event as somebody reports it. */
export type ReportedEvent = {
  readonly id: string
  readonly meter: string
  readonly subject: string
  /** When it happened; when it is received, unless it is said. */
  readonly at: Instant | undefined
  readonly value: string | undefined
}

/** How many of a batch were new, and how many had been received before. */
export type Tracked = { readonly accepted: number; readonly duplicates: number }

/** How late an event may be: the longest month and some days, so that a month can be mended after it. */
export const EVENT_AGE_MS_MAX = 35 * 24 * 3_600_000
/** How far the clock of a reporter may be ahead. */
export const EVENT_AHEAD_MS_MAX = 5 * 60_000

/**
 * Writes events down: all of a batch or none. The same event again is a duplicate and changes nothing;
 * another one under its id is refused. When it returns, they are durable.
 */
export async function trackEvents(
  deps: {
    readonly transactions: Transactions
    readonly meters: MeterStore
    readonly clock: Clock
  },
  principal: Principal,
  reported: readonly ReportedEvent[],
): Promise<Tracked> {
  const { organizationId } = principal
  return deps.transactions.run(async (tx) => {
    const now = deps.clock.now()
    const keys = [...new Set(reported.map(({ meter }) => meter))]
    const meters = new Map(
      (await deps.meters.find(tx, organizationId, keys)).map((meter) => [meter.key, meter]),
    )
    const events = new Map<string, MeterEvent>()
    for (const one of reported) {
      const event = eventOf(one, meters.get(one.meter), principal, now)
      const before = events.get(event.eventId)
      if (before !== undefined) requireSame(before, event, one)
      events.set(event.eventId, before ?? event)
    }
    // In one order, so that two batches never wait for each other in a circle.
    const ordered = [...events.values()].toSorted((a, b) => (a.eventId < b.eventId ? -1 : 1))
    const known = await deps.meters.addEvents(tx, ordered)
    const said = new Map(reported.map((one) => [one.id, one]))
    for (const before of await deps.meters.findEvents(tx, organizationId, known)) {
      const event = events.get(before.eventId)
      const one = said.get(before.eventId)
      if (event !== undefined && one !== undefined) requireSame(before, event, one)
    }
    const accepted = ordered.length - known.length
    return { accepted, duplicates: reported.length - accepted }
  })
}

function eventOf(
  { id, meter: key, subject, at: said, value }: ReportedEvent,
  meter: Meter | undefined,
  { organizationId, keyId, memberId }: Principal,
  now: Instant,
): MeterEvent {
  // The batch is refused as a whole: whoever sent it learns which of its events is the reason.
  const members = { event: id, meter: key }
  if (meter === undefined) throw refuse('metering.meter_not_found', { members })
  if (meter.archivedAt !== null) throw refuse('metering.meter_archived', { members })
  const at = said ?? now
  if (at < now - EVENT_AGE_MS_MAX || at > now + EVENT_AHEAD_MS_MAX) {
    const earliest = toRfc3339(instant(now - EVENT_AGE_MS_MAX))
    const latest = toRfc3339(instant(now + EVENT_AHEAD_MS_MAX))
    throw refuse('metering.event_time_refused', { members: { ...members, earliest, latest } })
  }
  return {
    organizationId,
    eventId: id,
    meterId: meter.id,
    subject,
    at,
    ...valueOf(meter, value, members),
    receivedAt: now,
    reporter: keyId ?? memberId ?? 'system',
  }
}

function valueOf(
  { aggregation }: Meter,
  value: string | undefined,
  members: { readonly event: string; readonly meter: string },
): Pick<MeterEvent, 'quantity' | 'member'> {
  const refused = (detail: string) => refuse('metering.event_value_refused', { detail, members })
  switch (valueKindOf(aggregation)) {
    case 'none':
      if (value !== undefined) throw refused('its meter counts events: leave the value out')
      return { quantity: null, member: null }
    case 'text':
      if (value === undefined) throw refused('its meter tells values apart: name one')
      return { quantity: null, member: value }
    case 'quantity': {
      const quantity = value === undefined ? undefined : parseQuantity(value)
      if (quantity === undefined) {
        throw refused('its meter needs a decimal of at most 20 digits and 18 places, not negative')
      }
      return { quantity, member: null }
    }
  }
}

/** Under one id there is one event; a time that was not said is not compared. */
function requireSame(before: MeterEvent, event: MeterEvent, { at }: ReportedEvent): void {
  const isSame =
    before.meterId === event.meterId &&
    before.subject === event.subject &&
    before.quantity === event.quantity &&
    before.member === event.member &&
    (at === undefined || before.at === event.at)
  if (!isSame) throw refuse('metering.event_conflict', { members: { event: event.eventId } })
}
