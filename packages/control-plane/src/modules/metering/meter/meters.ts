import type { Principal } from '@mcp-orchestra/api/permission'
import type { Id, Instant } from '@mcp-orchestra/kernel'
import { refuse } from '../problems.ts'
import { archiveMeter, defineMeter, type DefineMeterDeps, type MeterWish } from './define-meter.ts'
import { measureOf, type Measure } from './measure.ts'
import type { Meter } from './meter.ts'
import { trackEvents, type ReportedEvent, type Tracked } from './track-events.ts'
import { windowsOf, type Window, type WindowSize } from './windows.ts'

/** Meters of an organization's own, and what they measured. */
export interface Meters {
  define(principal: Principal, wish: MeterWish): Promise<Meter>
  archive(principal: Principal, key: string): Promise<Meter>
  /** By key. */
  list(query: {
    readonly organizationId: Id<'org'>
    readonly after: string | undefined
    readonly limit: number
  }): Promise<Meter[]>
  track(principal: Principal, events: readonly ReportedEvent[]): Promise<Tracked>
  /** A measure for each window of a period; of one subject, when it is named. */
  usage(organizationId: Id<'org'>, key: string, query: MeterUsageQuery): Promise<MeterUsage>
  /** A measure of the whole period for each subject, by subject. */
  subjects(
    organizationId: Id<'org'>,
    key: string,
    query: MeterSubjectsQuery,
  ): Promise<SubjectUsage[]>
}

/** A period, and what was known at a moment: the future is known at none. */
type PeriodRead = Window & { readonly knownAt: Instant | undefined }
/** See {@link Meters.usage}. */
export type MeterUsageQuery = PeriodRead & {
  readonly subject: string | undefined
  readonly window: WindowSize
}
/** See {@link Meters.subjects}. */
export type MeterSubjectsQuery = PeriodRead & {
  readonly after: string | undefined
  readonly limit: number
}

/** What a window measured, of how many events, and how many of them came after its end. */
export type WindowUsage = Window & {
  readonly measure: Measure | null
  readonly events: bigint
  readonly lateEvents: bigint
}
/** A meter with its windows. */
export type MeterUsage = { readonly meter: Meter; readonly windows: readonly WindowUsage[] }
/** What one subject measured. */
export type SubjectUsage = {
  readonly subject: string
  readonly measure: Measure | null
  readonly events: bigint
}

/** Makes the meters on their store. */
export function createMeters(deps: DefineMeterDeps): Meters {
  const { transactions, meters, clock } = deps
  const read = (known: Instant | undefined) => {
    const now = clock.now()
    // One past now: what is received in this very millisecond counts.
    return { now, knownAt: known ?? ((now + 1) as Instant) }
  }
  return {
    define: (principal, wish) => defineMeter(deps, principal, wish),
    archive: (principal, key) => archiveMeter(deps, principal, key),
    list: (query) => transactions.run((tx) => meters.page(tx, query)),
    track: (principal, events) => trackEvents(deps, principal, events),
    usage: (organizationId, key, { from, to, window, subject, knownAt }) =>
      transactions.run(async (tx) => {
        const [meter] = await meters.find(tx, organizationId, [key])
        if (meter === undefined) throw refuse('metering.meter_not_found')
        const windows = windowsOf({ from, to }, window)
        const tallies = await meters.tallies(tx, {
          meterId: meter.id,
          aggregation: meter.aggregation,
          subject,
          windows,
          ...read(knownAt),
        })
        return {
          meter,
          windows: tallies.map(({ tally, ...rest }) => ({
            ...rest,
            measure: measureOf(meter.aggregation, tally),
            events: tally.events,
          })),
        }
      }),
    subjects: (organizationId, key, { from, to, knownAt, after, limit }) =>
      transactions.run(async (tx) => {
        const [meter] = await meters.find(tx, organizationId, [key])
        if (meter === undefined) throw refuse('metering.meter_not_found')
        windowsOf({ from, to }, 'total')
        const { id: meterId, aggregation } = meter
        const query = { meterId, aggregation, from, to, after, limit, ...read(knownAt) }
        const tallies = await meters.subjects(tx, query)
        return tallies.map(({ subject, tally }) => ({
          subject,
          measure: measureOf(aggregation, tally),
          events: tally.events,
        }))
      }),
  }
}
