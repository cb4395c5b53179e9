import { ATTO_PER_CENT } from './round-lines.ts'

/** A price in whole cents for so many units (EN 16931 BT-146 and BT-149): 1.00 USD for 1,000 calls. */
export type UnitPrice = { readonly cents: bigint; readonly baseQuantity: bigint }

/** More units than this would be no price that a person can read: a thousand million. */
const BASE_QUANTITY_MAX = 10n ** 9n

/**
 * What each of these units cost, when all cost the same: for the least power of ten of them that is whole cents.
 * Undefined when they did not, or when no such number is small enough. E-invoices take two decimal places only.
 */
export function unitPriceOf(exact: bigint, units: bigint): UnitPrice | undefined {
  if (units <= 0n || exact <= 0n || exact % units !== 0n) return undefined
  const perUnit = exact / units
  for (let baseQuantity = 1n; baseQuantity <= BASE_QUANTITY_MAX; baseQuantity *= 10n) {
    const price = perUnit * baseQuantity
    if (price % ATTO_PER_CENT === 0n) return { cents: price / ATTO_PER_CENT, baseQuantity }
  }
  return undefined
}
