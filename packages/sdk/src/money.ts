import { findWellKnownAsset, formatUnits, parseUnits, USD } from '@mcp-orchestra/kernel'

/** Money on the wire: atomic units as a decimal string, and the asset (USD: one unit is 1e-18 USD). */
export type WireMoney = { readonly amount: string; readonly asset: string }

/** Money for people: `0.001 USD`; a registered token, whose scale is not known here, in atomic units. */
export function formatMoney(money: WireMoney): string {
  const amount = BigInt(money.amount)
  const asset = findWellKnownAsset(money.asset)
  return asset === undefined
    ? `${amount} atomic units of ${money.asset}`
    : `${formatUnits(amount, asset)} ${asset.code}`
}

/** Checks a decimal amount of US dollars ("0.001") and returns its atomic units; throws RangeError. */
export function parseUsd(text: string): bigint {
  return parseUnits(text, USD).amount
}
