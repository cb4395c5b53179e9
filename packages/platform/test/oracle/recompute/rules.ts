/**
 * The rules that the guides promise, one switch each: the month is recomputed by {@link DOCUMENTED}, and a test
 * turns each of them to see that the books do not agree with anything else.
 */
export type Rules = {
  /** The platform's part of what was kept, in basis points. */
  readonly feeBps: bigint
  readonly roundsFee: 'down' | 'up'
  /** What shares are basis points of. */
  readonly sharesOf: 'what the fee leaves' | 'all'
  /** By which tier a unit of graduated prices is charged. */
  readonly graduates: 'each unit' | 'all units'
  readonly packages: 'begun ones count' | 'full ones count'
  /** Whether free units, tiers and limits are of a payer's month or of each call. */
  readonly window: 'month' | 'call'
  /** How far the calendar is from UTC, in ms. */
  readonly calendarShiftMs: number
  /** Whether a listing's maximum and a caller's bid bound a call. */
  readonly callsAreCapped: boolean
  readonly attemptsOfAPurchase: 'one pays' | 'all pay'
  readonly copiesOfARecord: 'one counts' | 'all count'
  readonly refundsLowerTheFee: boolean
  readonly toolErrors: 'as listed' | 'charged'
  readonly cancelledStreams: 'as delivered' | 'released'
  /** Which version of a price and of an agreement holds. */
  readonly versionOf: 'the call' | 'the end of the month'
  /** Whether what is less than a cent stands on the next invoice. */
  readonly carriesCents: boolean
  readonly lostJournals: 'platform bears' | 'payer bears'
}

/** What docs/guides say. */
export const DOCUMENTED: Rules = {
  feeBps: 250n,
  roundsFee: 'down',
  sharesOf: 'what the fee leaves',
  graduates: 'each unit',
  packages: 'begun ones count',
  window: 'month',
  calendarShiftMs: 0,
  callsAreCapped: true,
  attemptsOfAPurchase: 'one pays',
  copiesOfARecord: 'one counts',
  refundsLowerTheFee: true,
  toolErrors: 'as listed',
  cancelledStreams: 'as delivered',
  versionOf: 'the call',
  carriesCents: true,
  lostJournals: 'platform bears',
}
