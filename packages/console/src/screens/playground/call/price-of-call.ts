import { formatMoney, type Price, type WireMoney } from '@mcp-orchestra/sdk'
import type { SeenPrice } from './call-record.ts'

/** The price that is shown for a version in force, of a metered one the most that a call may cost; a version of zero is free. */
export function seenPrice(price: Price | undefined): SeenPrice {
  if (price === undefined) return undefined
  const { amount, asset } = price.metered?.maximum ?? price.price
  if (BigInt(amount) === 0n) return undefined
  return { money: { amount, asset }, version: price.version }
}

/** How much is missing for a price; undefined when it is covered or the assets differ. */
export function shortfall(price: WireMoney, balance: WireMoney): WireMoney | undefined {
  if (price.asset !== balance.asset) return undefined
  const missing = BigInt(price.amount) - BigInt(balance.amount)
  return missing > 0n ? { amount: String(missing), asset: price.asset } : undefined
}

/** The bounds of a call: what was seen is the most that is paid, so a price that changed is asked for again. */
export function boundsOf(price: SeenPrice): { maxChargeUsd?: string; priceVersion?: number } {
  if (price === undefined) return { maxChargeUsd: '0' }
  const decimal = /^(\d+(?:\.\d+)?) USD$/.exec(formatMoney(price.money))?.[1]
  return {
    priceVersion: price.version,
    ...(decimal === undefined ? {} : { maxChargeUsd: decimal }),
  }
}

/** Money in a problem document or a receipt; undefined when it is none. */
export function moneyIn(value: unknown): WireMoney | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (!('amount' in value) || !('asset' in value)) return undefined
  const { amount, asset } = value
  if (typeof amount !== 'string' || typeof asset !== 'string') return undefined
  return /^-?\d{1,60}$/.test(amount) ? { amount, asset } : undefined
}

/** The price in force that a refusal names, with its version. */
export function priceInForce(members: Readonly<Record<string, unknown>>): SeenPrice {
  const price = members['price']
  const money = moneyIn(price)
  if (money === undefined || typeof price !== 'object' || price === null) return undefined
  const version = 'version' in price ? price.version : undefined
  return typeof version === 'number' ? { money, version } : undefined
}
