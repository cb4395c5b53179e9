import { divFloor } from './division.ts'

/**
 * Splits an amount by weights (basis points, shares) so that the parts sum to it exactly: each part is rounded down,
 * and the units left go one each to the largest remainders; among equal ones, to those that come first. Throws
 * RangeError for a negative amount or weight, and when there is no weight at all.
 */
export function splitByWeight(amount: bigint, weights: readonly bigint[]): bigint[] {
  if (amount < 0n) throw new RangeError('only an amount that is not negative is split')
  if (weights.some((weight) => weight < 0n)) throw new RangeError('a weight is not negative')
  const whole = weights.reduce((sum, weight) => sum + weight, 0n)
  if (whole === 0n) throw new RangeError('at least one weight is above zero')
  const parts = weights.map((weight, index) => ({
    index,
    part: divFloor(amount * weight, whole),
    remainder: (amount * weight) % whole,
  }))
  let left = parts.reduce((rest, { part }) => rest - part, amount)
  // Sorting is stable, so equal remainders keep the order given.
  for (const one of parts.toSorted((a, b) => compare(b.remainder, a.remainder))) {
    if (left === 0n) break
    one.part += 1n
    left -= 1n
  }
  return parts.map(({ part }) => part)
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
