/** Decimal places of a quantity. */
export const QUANTITY_SCALE = 18
/** Digits before the point: with the places below the 38 that SQL and an amount hold. */
const WHOLE_DIGITS_MAX = 20

const ONE = 10n ** BigInt(QUANTITY_SCALE)
const FORM = new RegExp(
  `^(0|[1-9]\\d{0,${WHOLE_DIGITS_MAX - 1}})(?:\\.(\\d{1,${QUANTITY_SCALE}}))?$`,
)

/** A number that is a sum of some quantities or a part of one, exactly. */
export type Fraction = { readonly numerator: bigint; readonly denominator: bigint }

/** Reads a decimal that is not negative, exactly; undefined for anything else. */
export function parseQuantity(text: string): bigint | undefined {
  const found = FORM.exec(text)
  if (found === null) return undefined
  const [, whole = '', places = ''] = found
  return BigInt(whole) * ONE + BigInt(places.padEnd(QUANTITY_SCALE, '0'))
}

/** A quantity as a decimal without needless zeros. */
export function showQuantity(quantity: bigint): string {
  const digits = quantity.toString().padStart(QUANTITY_SCALE + 1, '0')
  const whole = digits.slice(0, -QUANTITY_SCALE)
  const places = digits.slice(-QUANTITY_SCALE).replace(/0+$/, '')
  return places === '' ? whole : `${whole}.${places}`
}

/** A fraction in its lowest terms. */
export function lowest({ numerator, denominator }: Fraction): Fraction {
  let [a, b] = [numerator, denominator]
  while (b !== 0n) [a, b] = [b, a % b]
  return a === 0n
    ? { numerator, denominator }
    : { numerator: numerator / a, denominator: denominator / a }
}
