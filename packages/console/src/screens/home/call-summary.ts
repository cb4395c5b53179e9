import type { UsageEvent } from '@mcp-orchestra/sdk'
import { endedWell } from '../../queries/ended-well.ts'

/** An amount per asset, in atomic units as decimal strings. */
export type Sum = { readonly asset: string; readonly amount: string }

/** What some calls came to. */
export type CallSummary = {
  readonly calls: number
  readonly failed: number
  /** Per asset, what was paid; without assets of which nothing was. */
  readonly sums: readonly Sum[]
}

/** Counts calls since a moment (epoch ms) and adds up what they cost, exactly. */
export function summaryOf(calls: readonly UsageEvent[], fromMs: number): CallSummary {
  const recent = calls.filter(({ at }) => Date.parse(at) >= fromMs)
  const sums = new Map<string, bigint>()
  for (const { amount } of recent) {
    if (amount.amount === '0') continue
    sums.set(amount.asset, (sums.get(amount.asset) ?? 0n) + BigInt(amount.amount))
  }
  return {
    calls: recent.length,
    failed: recent.filter((call) => !endedWell(call)).length,
    sums: [...sums].map(([asset, amount]) => ({ asset, amount: amount.toString() })),
  }
}
