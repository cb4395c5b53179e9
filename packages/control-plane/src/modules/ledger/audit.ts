import type { AssetId, Transaction } from '@mcp-orchestra/kernel'
import type { AccountName } from './account-name.ts'
import type { AccountSums, Difference } from './balance.ts'

/** A day's closing that is not what the transfers until its end say. */
export type ClosingDifference = {
  readonly name: AccountName
  readonly asset: AssetId
  /** The first day (`2026-11-30`) on which it differs. */
  readonly day: string
  readonly drawn: AccountSums
  readonly rebuilt: AccountSums
}

/** What an audit reads: everything, so it is for the night and for an operator's question. */
export interface LedgerAudit {
  /** Every account as projected and as rebuilt from all transfers. */
  accounts(tx: Transaction): Promise<readonly Difference[]>
  /** Accounts whose closings differ from the transfers, each with the first day. */
  closings(tx: Transaction): Promise<readonly ClosingDifference[]>
  /** Per transfer: what it and the other legs of its link took from the same account. */
  groupTotals(tx: Transaction, ids: readonly string[]): Promise<ReadonlyMap<string, bigint>>
}
