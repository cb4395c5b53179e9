import type { WireMoney } from '@mcp-orchestra/sdk'

/** One US cent in atto-USD, the unit of the books. */
const ATTO_PER_CENT = 10n ** 16n

/** So many US cents, as an invoice says them, in the unit in which amounts are shown. */
export function moneyOfCents(cents: string): WireMoney {
  return { amount: (BigInt(cents) * ATTO_PER_CENT).toString(), asset: 'USD' }
}
