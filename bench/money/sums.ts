import { parseUnits, USD } from '@mcp-orchestra/kernel'
import { createDatabase } from '../../packages/control-plane/src/infra/postgres/index.ts'
import type { MoneyPlane } from './control-plane.ts'
import type { MoneyDatabase } from './database.ts'
import { MARKET_BALANCE_USD, type Market } from './market.ts'

/** What a database says after a run, beside what was shipped to it. */
export type SumsCheck = {
  readonly events: number
  readonly postedEvents: number
  /** What the payer paid, in atomic units, by three ways that must agree. */
  readonly expected: string
  readonly byUsage: string
  readonly byBalance: string
  readonly trialBalanced: boolean
  readonly isRight: boolean
}

/** Counts and sums up: usage rows, the payer's balance and the trial balance must all say what was shipped. */
export async function checkSums(
  database: MoneyDatabase,
  plane: MoneyPlane,
  market: Market,
  events: number,
): Promise<SumsCheck> {
  const connection = createDatabase({ url: database.url, applicationName: 'bench', poolSize: 1 })
  const { rows } = await connection.query<{ events: string; posted: string }>({
    text: `select count(*)::text as events, coalesce(sum(posted), 0)::text as posted
           from metering.usage_events where disposition = 'posted'`,
  })
  await connection.close()
  const { available, leased } = await market.payer.balance.get()
  const paid =
    parseUnits(MARKET_BALANCE_USD, USD).amount - BigInt(available.amount) - BigInt(leased.amount)
  const { balanced } = await plane.operator.ledger.trialBalance()
  const expected = String(market.price * BigInt(events))
  const postedEvents = Number(rows[0]?.events ?? 0)
  const byUsage = rows[0]?.posted ?? ''
  const isRight =
    balanced && postedEvents === events && byUsage === expected && String(paid) === expected
  return {
    events,
    postedEvents,
    expected,
    byUsage,
    byBalance: String(paid),
    trialBalanced: balanced,
    isRight,
  }
}
