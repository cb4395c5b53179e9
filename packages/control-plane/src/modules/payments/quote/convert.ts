import { divCeil, divFloor, type Rate } from '@mcp-orchestra/kernel'

/** USD as an amount of another asset. */
export type Conversion = {
  /** In the asset's smallest unit, rounded up: the platform is never short. */
  readonly amount: bigint
  /** Taken from what earlier conversions left to the payer, in atto-USD. */
  readonly carriedIn: bigint
  /** What rounding leaves to the payer for the next one, in atto-USD, rounded down to one. */
  readonly carriedOut: bigint
}

/**
 * Converts exactly at `rate` (atto-USD for one smallest unit). Rounding up costs the payer less than one unit, and
 * not even that: it is carried to the next conversion. What is never given back is below 1e-18 USD each.
 */
export function convert(usdAtto: bigint, rate: Rate, carry: bigint): Conversion {
  const carriedIn = carry < usdAtto ? carry : usdAtto
  const owed = usdAtto - carriedIn
  const amount = divCeil(owed * rate.denominator, rate.numerator)
  const worth = divFloor(amount * rate.numerator, rate.denominator)
  // An amount that is worth a fraction more than is owed may be worth no whole atto-USD more.
  return { amount, carriedIn, carriedOut: worth > owed ? worth - owed : 0n }
}
