import { formatUnits, parseUnits, USD } from '@mcp-orchestra/kernel'

/** Money on the wire: atomic units as a decimal string, and the asset (USD: one unit is 1e-18 USD). */
export type WireMoney = { readonly amount: string; readonly asset: string }

/** Money for people: `0.001 USD`; an asset whose scale is not known here is shown in atomic units. */
export function formatMoney(money: WireMoney): string {
  const amount = BigInt(money.amount)
  return money.asset === USD.id
    ? `${formatUnits(amount, USD)} ${USD.code}`
    : `${amount} atomic units of ${money.asset}`
}

/** Checks a decimal amount of US dollars ("0.001") and returns its atomic units; throws RangeError. */
export function parseUsd(text: string): bigint {
  return parseUnits(text, USD).amount
}
