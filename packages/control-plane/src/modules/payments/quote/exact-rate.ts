import { rate, USD, type Rate } from '@mcp-orchestra/kernel'

/** A source that needs more digits than this is broken, or wants to be: a bound on the work of exact numbers. */
const DIGITS_MAX = 40

/**
 * A JSON number or decimal string, exactly: "1.0001", "6.5e4". Undefined when it is none, is not above zero
 * or is beyond all reason.
 */
export function exactOf(text: string): Rate | undefined {
  const match = /^(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text)
  if (match === null) return undefined
  const [, whole = '', fraction = '', exponent = '0'] = match
  const shift = Number.parseInt(exponent, 10) - fraction.length
  if (Math.abs(shift) > DIGITS_MAX) return undefined
  const digits = BigInt(whole + fraction)
  if (digits === 0n) return undefined
  return shift >= 0
    ? rate(digits * 10n ** BigInt(shift))
    : reduced(rate(digits, 10n ** BigInt(-shift)))
}

/** Atto-USD for one smallest unit of an asset whose whole unit costs so many USD. */
export function perSmallestUnit(usdPerWhole: Rate, scale: number): Rate {
  return reduced(
    rate(
      usdPerWhole.numerator * 10n ** BigInt(USD.scale),
      usdPerWhole.denominator * 10n ** BigInt(scale),
    ),
  )
}

/** Whether two differ by more than so many percent of the first. */
export function differsByMoreThan(percent: bigint, a: Rate, b: Rate): boolean {
  const [left, right] = [a.numerator * b.denominator, b.numerator * a.denominator]
  const difference = left > right ? left - right : right - left
  return difference * 100n > percent * left
}

function reduced({ numerator, denominator }: Rate): Rate {
  let [a, b] = [numerator, denominator]
  while (b !== 0n) [a, b] = [b, a % b]
  return rate(numerator / a, denominator / a)
}
