import type { Instant, Transactions } from '@mcp-orchestra/kernel'
import { sumByAsset, type TrialBalance } from './balance.ts'
import type { BooksStore } from './ports.ts'
import { drawStatement, requirePeriod, type Statement, type StatementQuery } from './statement.ts'
import { PAGE_SIZE_MAX } from './transfer.ts'

/** The books of the past: what an account held when, and what moved it. */
export interface Books {
  /** A page of an account's statement, with its balance before and after the whole period. */
  statement(query: StatementQuery): Promise<Statement>
  /** What every account held at a moment, by name; read from closings, so it compares nothing. */
  trialBalanceAt(at: Instant): Promise<TrialBalance>
  /**
   * A job: closes every day that has ended, in order, and draws up its balances. Returns how many days
   * it drew up. Ended in the middle, it goes on where it was.
   */
  closeDays(): Promise<number>
}

/** Days that one run draws up at most: a first run on old books makes up for the rest an hour later. */
const DAYS_PER_RUN = 400

/** Makes the books on their store. */
export function createBooks(deps: {
  readonly store: BooksStore
  readonly transactions: Transactions
}): Books {
  const { store, transactions } = deps
  return {
    async statement(query) {
      requirePeriod(query)
      const limit = Math.min(query.limit, PAGE_SIZE_MAX)
      const reading = await transactions.run((tx) => store.readStatement(tx, { ...query, limit }))
      return drawStatement(query, reading)
    },
    async trialBalanceAt(at) {
      const rows = await transactions.run((tx) => store.balancesAt(tx, at))
      return { rows, sums: sumByAsset(rows), rebuilt: [] }
    },
    async closeDays() {
      for (let drawn = 0; drawn < DAYS_PER_RUN; drawn += 1) {
        const day = await transactions.run((tx) => store.nextDay(tx))
        if (day === undefined) return drawn
        // Two transactions: the first holds writers off for an instant, the second reads a day at leisure.
        await transactions.run((tx) => store.closeDay(tx, day))
        await transactions.run((tx) => store.drawClosing(tx, day))
      }
      return DAYS_PER_RUN
    },
  }
}
