import type { AssetId, Instant } from '@mcp-orchestra/kernel'
import type { AccountName } from './account-name.ts'
import { balanceOf, type AccountSums } from './balance.ts'
import { refuse } from './problems.ts'
import type { Transfer } from './transfer.ts'

/** A part of time: from its first moment up to, and without, its end. */
export type Period = { readonly from: Instant; readonly to: Instant }

/** Which statement: one account in one asset, a period, and a page of it. */
export type StatementQuery = Period & {
  readonly account: AccountName
  readonly asset: AssetId
  /** Only entries after this one: the last `seq` of the page before. */
  readonly afterSeq?: bigint
  readonly limit: number
}

/** A transfer that moved the balance, as the account sees it. */
export type StatementEntry = {
  readonly transfer: Transfer
  readonly side: 'debit' | 'credit'
  /** The posted balance after it. */
  readonly balance: bigint
}

/** What an account held when a period began, what moved it, oldest first, and what it held at the end. */
export type Statement = Period & {
  readonly account: AccountName
  readonly asset: AssetId
  readonly opening: AccountSums
  readonly closing: AccountSums
  /** Whether the whole period is closed, so that the statement never changes. */
  readonly isFinal: boolean
  /** One page. Holds and voids move no balance and are not among them. */
  readonly entries: readonly StatementEntry[]
}

/** What the store reads, all of it at one moment. */
export type StatementReading = {
  readonly opening: AccountSums
  readonly closing: AccountSums
  /** Before the first transfer of the page. */
  readonly before: AccountSums
  readonly transfers: readonly Transfer[]
  /** The first moment of the first day that is not closed; undefined before any was. */
  readonly openFrom: Instant | undefined
}

/** Puts a statement together: each entry with the balance after it. */
export function drawStatement(query: StatementQuery, reading: StatementReading): Statement {
  const { account, asset, from, to } = query
  const { opening, closing, before, transfers, openFrom } = reading
  let balance = balanceOf(before).posted
  const entries = transfers.map((transfer): StatementEntry => {
    const side = transfer.debit === account ? 'debit' : 'credit'
    balance += side === 'credit' ? transfer.amount.amount : -transfer.amount.amount
    return { transfer, side, balance }
  })
  const isFinal = openFrom !== undefined && to <= openFrom
  return { account, asset, from, to, opening, closing, isFinal, entries }
}

/** Checks a period; throws `ledger.invalid_period`. */
export function requirePeriod({ from, to }: Period): void {
  if (from >= to) throw refuse('ledger.invalid_period', { detail: 'it ends before it begins' })
}
