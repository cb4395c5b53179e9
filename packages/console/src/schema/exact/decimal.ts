import { isNumberText } from './json.ts'

/** An exact decimal: `digits × 10^exponent`. */
type Decimal = { readonly digits: bigint; readonly exponent: number }

/** Exponents beyond this are not computed with: 10^1000 is a large integer, 10^1000000000 is an attack. */
const EXPONENT_MAX = 1_000
/** Digits that are computed with, for the same reason. */
const DIGITS_MAX = 2_000

/** Reads a JSON number exactly; undefined when it is none, or too large to compute with. */
function decimalOf(text: string): Decimal | undefined {
  if (!isNumberText(text) || text.length > DIGITS_MAX) return undefined
  const [mantissa = '', power = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const exponent = Number(power) - fraction.length
  if (Math.abs(exponent) > EXPONENT_MAX) return undefined
  return { digits: BigInt(whole + fraction), exponent }
}

/** Both as integers of the same power of ten. */
function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint] {
  const exponent = Math.min(a.exponent, b.exponent)
  return [scaled(a, exponent), scaled(b, exponent)]
}

function scaled({ digits, exponent }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(exponent - to)
}

/** Negative, zero or positive as `a` is below, equal to or above `b`; undefined when not computable. */
export function compareDecimals(a: string, b: string): number | undefined {
  const [left, right] = [decimalOf(a), decimalOf(b)]
  if (left === undefined || right === undefined) return undefined
  const [x, y] = aligned(left, right)
  if (x === y) return 0
  return x < y ? -1 : 1
}

/** Whether `a` is a whole multiple of `b`, exactly; undefined when not computable or `b` is zero. */
export function isMultipleOf(a: string, b: string): boolean | undefined {
  const [left, right] = [decimalOf(a), decimalOf(b)]
  if (left === undefined || right === undefined || right.digits === 0n) return undefined
  const [x, y] = aligned(left, right)
  return x % y === 0n
}

/** Whether the number is an integer as JSON Schema means it: `1.0` is (JSON Schema core §4.2.1). */
export function isInteger(text: string): boolean {
  return isMultipleOf(text, '1') ?? !/[.]|e-/i.test(text)
}

/** One text per number, whatever way it was written: for equality. */
export function canonicalNumber(text: string): string {
  const decimal = decimalOf(text)
  if (decimal === undefined) return text
  let { digits, exponent } = decimal
  if (digits === 0n) return '0'
  while (digits % 10n === 0n) {
    digits /= 10n
    exponent += 1
  }
  return `${digits}e${exponent}`
}
