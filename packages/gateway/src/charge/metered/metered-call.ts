import type { TokenUnits, UnitsFrom } from '@mcp-orchestra/api/journal-record'
import { tariffOfPrice, unitsOfCall } from '@mcp-orchestra/api/metered-price'
import type { PriceEntity } from '@mcp-orchestra/api/snapshot'
import { claimOf, type Tariff } from '@mcp-orchestra/kernel'

/** What a charged call costs at the most, and what it used where that decides. */
export type MeteredCall = {
  readonly amount: bigint
  readonly units?: TokenUnits
  readonly unitsFrom?: UnitsFrom
}

/** Reading a price is most of what metering costs; a version never changes. */
const tariffs = new WeakMap<PriceEntity, Tariff>()

/** All that a call costs by a price. */
export function tariffOf(price: PriceEntity): Tariff {
  const known = tariffs.get(price)
  if (known !== undefined) return known
  const tariff = tariffOfPrice(price)
  tariffs.set(price, tariff)
  return tariff
}

/** Tokens that were used, and who says so. */
export type TokenUse = {
  readonly units: TokenUnits
  readonly from: Exclude<UnitsFrom, 'missing'>
}

/** What a call costs at the most by the tokens that it used. Never more than `reserved`. */
export function meteredBy(
  price: PriceEntity,
  { units, from }: TokenUse,
  reserved: bigint,
): MeteredCall {
  const amount = claimOf(tariffOf(price), unitsOfCall(units), reserved)
  return { amount, units, unitsFrom: from }
}
