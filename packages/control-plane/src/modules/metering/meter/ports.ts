import type { Id, Instant, Transaction } from '@mcp-orchestra/kernel'
import type { Aggregation } from './aggregation.ts'
import type { Tally } from './measure.ts'
import type { Meter, MeterEvent } from './meter.ts'
import type { Window } from './windows.ts'

/** Where meters and their events are kept: events are added, never changed. */
export interface MeterStore {
  /** Serializes new meters of an organization until commit, and counts those that there are. */
  lockCount(tx: Transaction, organizationId: Id<'org'>): Promise<number>
  add(tx: Transaction, meter: Meter): Promise<void>
  find(tx: Transaction, organizationId: Id<'org'>, keys: readonly string[]): Promise<Meter[]>
  archive(tx: Transaction, id: Id<'mtr'>, at: Instant): Promise<void>
  /** By key. */
  page(
    tx: Transaction,
    query: {
      readonly organizationId: Id<'org'>
      readonly after: string | undefined
      readonly limit: number
    },
  ): Promise<Meter[]>
  /** Adds those whose id is new, and returns the ids that were there already. */
  addEvents(tx: Transaction, events: readonly MeterEvent[]): Promise<string[]>
  findEvents(
    tx: Transaction,
    organizationId: Id<'org'>,
    ids: readonly string[],
  ): Promise<MeterEvent[]>
  /** One tally for each window, in their order. */
  tallies(tx: Transaction, query: TallyQuery): Promise<WindowTally[]>
  /** One tally for each subject with events before the end, by subject. */
  subjects(tx: Transaction, query: SubjectsQuery): Promise<SubjectTally[]>
}

/** Whose events, and what was known of them. */
type Read = {
  readonly meterId: Id<'mtr'>
  readonly aggregation: Aggregation
  /** Only events that were received before this moment. */
  readonly knownAt: Instant
  /** A level lasts no longer than until now. */
  readonly now: Instant
}

/** A tally of each window. */
export type TallyQuery = Read & {
  readonly subject: string | undefined
  readonly windows: readonly Window[]
}

/** A tally of each subject in one period. */
export type SubjectsQuery = Read &
  Window & { readonly after: string | undefined; readonly limit: number }

/** With the events that were received after the window's end. */
export type WindowTally = Window & { readonly tally: Tally; readonly lateEvents: bigint }

/** With the subject. */
export type SubjectTally = { readonly subject: string; readonly tally: Tally }
