import { divFloor } from '@mcp-orchestra/kernel'
import type { Aggregation } from './aggregation.ts'
import { lowest, QUANTITY_SCALE, showQuantity, type Fraction } from './quantity.ts'

/** What the events of one window came to, before they are read by an aggregation. */
export type Tally = {
  readonly events: bigint
  /** Sum, least, most and last of their quantities; null where no event says one. */
  readonly sum: bigint
  readonly least: bigint | null
  readonly most: bigint | null
  /** By time, and by id at the same time: never by the order of arrival. */
  readonly latest: bigint | null
  /** Different members. */
  readonly members: bigint
  /** Σ level × milliseconds, over the levels of all subjects while they lasted; 0 unless asked for. */
  readonly levelMs: bigint
  /** Milliseconds of the window that have passed. */
  readonly durationMs: bigint
}

/** A window's number; null where there is nothing to read it from. */
export type Measure = {
  /** A decimal, rounded down to {@link QUANTITY_SCALE} places; `exact` says what was rounded. */
  readonly value: string
  readonly exact: Fraction
}

const ONE = 10n ** BigInt(QUANTITY_SCALE)

/** Reads a tally by an aggregation. */
export function measureOf(aggregation: Aggregation, tally: Tally): Measure | null {
  switch (aggregation) {
    case 'count':
      return measure(tally.events * ONE, 1n)
    case 'unique':
      return measure(tally.members * ONE, 1n)
    case 'sum':
      return measure(tally.sum, 1n)
    case 'avg':
      return tally.events === 0n ? null : measure(tally.sum, tally.events)
    case 'min':
      return tally.least === null ? null : measure(tally.least, 1n)
    case 'max':
      return tally.most === null ? null : measure(tally.most, 1n)
    case 'latest':
      return tally.latest === null ? null : measure(tally.latest, 1n)
    case 'weighted':
      return tally.durationMs === 0n ? null : measure(tally.levelMs, tally.durationMs)
  }
}

/** Of so many quantity units over a divisor. */
function measure(units: bigint, divisor: bigint): Measure {
  return {
    value: showQuantity(divFloor(units, divisor)),
    exact: lowest({ numerator: units, denominator: divisor * ONE }),
  }
}
