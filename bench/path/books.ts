import { setTimeout as pause } from 'node:timers/promises'
import { parseUnits, formatUnits, USD } from '@mcp-orchestra/kernel'
import { BALANCE_USD, PRICE_USD, type OurStage } from '../subjects/ours.ts'

/** What the books say after a run, beside what the loader counted. */
export type BooksCheck = {
  readonly paidCalls: number
  /** Paid calls times the price, in US dollars. */
  readonly expectedUsd: string
  /** What the ledger charged, in US dollars. */
  readonly chargedUsd: string
  readonly trialBalanced: boolean
  readonly isRight: boolean
}

/** Usage travels in batches; after this long nothing is on the way any more, in milliseconds. */
const SETTLE_MS = 60_000
const PAUSE_MS = 250

/** Compares what was charged with what was bought, to the last atomic unit. */
export async function checkBooks(ours: OurStage, paidCalls: number): Promise<BooksCheck> {
  const expected = BigInt(paidCalls) * parseUnits(PRICE_USD, USD).amount
  const end = performance.now() + SETTLE_MS
  let charged = await chargedBy(ours)
  while (charged !== expected && performance.now() < end) {
    await pause(PAUSE_MS)
    charged = await chargedBy(ours)
  }
  const { balanced } = await ours.operator.ledger.trialBalance()
  return {
    paidCalls,
    expectedUsd: formatUnits(expected, USD),
    chargedUsd: formatUnits(charged, USD),
    trialBalanced: balanced,
    isRight: charged === expected && balanced,
  }
}

/** What is gone of the payer's money: neither available nor held by a gateway's lease. */
async function chargedBy({ payer }: OurStage): Promise<bigint> {
  const { available, leased } = await payer.orchestra.balance.get()
  return parseUnits(BALANCE_USD, USD).amount - BigInt(available.amount) - BigInt(leased.amount)
}
