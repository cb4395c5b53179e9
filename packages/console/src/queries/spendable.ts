import type { Balance, WireMoney } from '@mcp-orchestra/sdk'

/** What can still be spent: what is available, and what gateways hold of it ready for the next calls. */
export function spendable({ available, leased }: Balance): WireMoney {
  return {
    amount: String(BigInt(available.amount) + BigInt(leased.amount)),
    asset: available.asset,
  }
}
