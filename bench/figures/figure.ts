import { median, spread } from './statistics.ts'

/** Units of the bench's figures. */
export type Unit = 'calls/s' | 'events/s' | 'ms' | 'µs' | 'MiB' | 'KiB' | 's'

/** One measured quantity: its samples in the order of rounds, and the run that they were taken in. */
export type Figure = {
  readonly runId: string
  readonly unit: Unit
  /** By round; undefined where the round has no sample. */
  readonly samples: readonly (number | undefined)[]
}

/** Figures of two runs were to be compared: the machine may have been another one. */
export class DifferentRuns extends Error {
  override name = 'DifferentRuns'
}

/** Makes a figure. */
export function figure(runId: string, unit: Unit, samples: Figure['samples']): Figure {
  return { runId, unit, samples }
}

/** The samples that there are. */
export function valuesOf({ samples }: Figure): number[] {
  return samples.filter((sample) => sample !== undefined)
}

/** Median over the rounds. */
export function medianOf(of: Figure): number {
  return median(valuesOf(of))
}

/** Smallest over the rounds: for CPU, the round that was disturbed least. */
export function leastOf(of: Figure): number {
  return Math.min(...valuesOf(of))
}

/** Spread over the rounds. */
export function spreadOf(of: Figure): number {
  return spread(valuesOf(of))
}

/** `a / b` in each round that has both; throws {@link DifferentRuns} unless both are of one run. */
export function ratiosByRound(a: Figure, b: Figure): number[] {
  return pairs(a, b).map(([left, right]) => left / right)
}

/** `a - b` in each round that has both; throws {@link DifferentRuns} unless both are of one run. */
export function differencesByRound(a: Figure, b: Figure): number[] {
  return pairs(a, b).map(([left, right]) => left - right)
}

/** The least of `a` by the least of `b`; throws {@link DifferentRuns} unless both are of one run. */
export function ratioOfLeast(a: Figure, b: Figure): number {
  requireSameRun(a, b)
  return leastOf(a) / leastOf(b)
}

function pairs(a: Figure, b: Figure): [number, number][] {
  requireSameRun(a, b)
  return a.samples.flatMap((left, round) => {
    const right = b.samples[round]
    return left === undefined || right === undefined ? [] : [[left, right] as [number, number]]
  })
}

function requireSameRun(a: Figure, b: Figure): void {
  if (a.runId !== b.runId) {
    throw new DifferentRuns(`figures of the runs ${a.runId} and ${b.runId} are not comparable`)
  }
  if (a.unit !== b.unit) throw new TypeError(`${a.unit} and ${b.unit} are not comparable`)
}
