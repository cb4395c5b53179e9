import { divCeil, divFloor } from '../division.ts'

/**
 * How much one unit costs, exactly: `numerator / denominator` of the asset's smallest unit. Three USD for a million
 * tokens are 3e18 / 1e6 atto-USD.
 */
export type Rate = { readonly numerator: bigint; readonly denominator: bigint }

/** Makes a rate; throws RangeError when it is negative or divides by nothing. */
export function rate(numerator: bigint, denominator = 1n): Rate {
  if (numerator < 0n) throw new RangeError('a rate is not negative')
  if (denominator <= 0n) throw new RangeError('a rate is for at least one unit')
  return { numerator, denominator }
}

export const RATE_ZERO: Rate = { numerator: 0n, denominator: 1n }

/** So many units at this rate, exactly. */
export function timesRate({ numerator, denominator }: Rate, quantity: bigint): Rate {
  return { numerator: numerator * quantity, denominator }
}

/** The exact sum of two. */
export function addRates(a: Rate, b: Rate): Rate {
  if (a.denominator === b.denominator) {
    return { numerator: a.numerator + b.numerator, denominator: a.denominator }
  }
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  }
}

/** The exact difference of two; may be negative. */
export function subtractRates(a: Rate, b: Rate): Rate {
  return addRates(a, { numerator: -b.numerator, denominator: b.denominator })
}

/** Whether `a` is more than `b`. */
export function isDearer(a: Rate, b: Rate): boolean {
  return a.numerator * b.denominator > b.numerator * a.denominator
}

/** Rounded down: the payer keeps the part of a unit. */
export function floorRate({ numerator, denominator }: Rate): bigint {
  return divFloor(numerator, denominator)
}

/** Rounded up: for bounds, never for bills. */
export function ceilRate({ numerator, denominator }: Rate): bigint {
  return divCeil(numerator, denominator)
}
