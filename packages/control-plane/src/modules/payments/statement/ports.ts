import type { AssetId, Id, Transaction } from '@mcp-orchestra/kernel'
import type { Stated } from './draw-lines.ts'
import type { Statement } from './statement.ts'

/** Statements of payouts: added once, never changed. */
export interface StatementStore {
  /** Makes the transaction read one moment and write statements of it, one transaction at a time. */
  begin(tx: Transaction): Promise<void>
  /** Publishers of payouts that have no statement yet, and are neither cancelled nor failed. */
  missing(tx: Transaction, limit: number): Promise<Id<'org'>[]>
  /** The oldest of them of one publisher, with what the others come to. */
  next(tx: Transaction, publisherId: Id<'org'>, asset: AssetId): Promise<NextStatement | undefined>
  /** What stands on the statements so far, and what fees and payouts come to. */
  standing(tx: Transaction, publisherId: Id<'org'>, asset: AssetId): Promise<StatementStanding>
  /** Adds the next one of a publisher; the database refuses one whose lines are not its payout. */
  add(tx: Transaction, statement: Statement, carried: bigint): Promise<void>
  find(tx: Transaction, payoutId: Id<'pay'>): Promise<Statement | undefined>
}

/** The payout whose statement comes next. */
export type NextStatement = {
  readonly payoutId: Id<'pay'>
  readonly amount: bigint
  /** What the other payouts without a statement come to. */
  readonly unstated: bigint
}

/** What a statement goes on from, in the asset's smallest unit. */
export type StatementStanding = Stated & {
  /** Of the last statement; 0 before the first. */
  readonly number: number
  readonly fees: bigint
  readonly live: bigint
  readonly paidBack: bigint
}
