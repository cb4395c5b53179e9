import { assetId, fromUuid, type Instant } from '@mcp-orchestra/kernel'
import type { AccountName } from '../account-name.ts'
import type { AccountRow, AccountSums, Difference } from '../balance.ts'
import type { Transfer, TransferKind } from '../transfer.ts'

/** Four sums. */
export type SumsRow = { dp: bigint; cp: bigint; dh: bigint; ch: bigint }
/** Four sums of a named account. */
export type AccountSumsRow = SumsRow & { name: string; asset: string }
/** An account as projected, and as rebuilt. */
export type AuditRow = AccountSumsRow & { rdp: bigint; rcp: bigint; rdh: bigint; rch: bigint }
/** A transfer with names. */
export type TransferRow = {
  id: string
  seq: bigint
  kind: TransferKind
  debit: string
  credit: string
  amount: bigint
  asset: string
  hold_id: string | null
  link: string | null
  reference: string | null
  at: Instant
  expires_at: Instant | null
}

/** An account and its sums. */
export function accountOf(row: AccountSumsRow): AccountRow {
  return { name: row.name as AccountName, asset: assetId(row.asset), ...sumsOf(row) }
}

/** Four sums. */
export function sumsOf({ dp, cp, dh, ch }: SumsRow): AccountSums {
  return { debitsPosted: dp, creditsPosted: cp, debitsHeld: dh, creditsHeld: ch }
}

/** A transfer. */
export function transferOf(row: TransferRow): Transfer {
  return {
    id: fromUuid('txn', row.id),
    seq: row.seq,
    kind: row.kind,
    debit: row.debit as AccountName,
    credit: row.credit as AccountName,
    amount: { amount: row.amount, asset: assetId(row.asset) },
    holdId: row.hold_id === null ? null : fromUuid('txn', row.hold_id),
    link: row.link,
    reference: row.reference,
    at: row.at,
    expiresAt: row.expires_at,
  }
}

/** An account as projected, and as rebuilt. */
export function differenceOf(row: AuditRow): Difference {
  return {
    name: row.name as AccountName,
    asset: assetId(row.asset),
    projected: sumsOf(row),
    rebuilt: sumsOf({ dp: row.rdp, cp: row.rcp, dh: row.rdh, ch: row.rch }),
  }
}
