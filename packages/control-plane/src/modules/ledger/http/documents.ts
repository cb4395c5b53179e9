import type {
  LedgerAccountDocument,
  LedgerTransferDocument,
} from '@mcp-orchestra/api/routes/ledger'
import { formatUnits, toRfc3339, USD } from '@mcp-orchestra/kernel'
import type { z } from '@hono/zod-openapi'
import { balanceOf, type AccountRow } from '../balance.ts'
import type { Transfer, TransferKind } from '../transfer.ts'

const KINDS = {
  X: 'posted',
  H: 'hold',
  P: 'post_of_hold',
  V: 'void_of_hold',
} as const satisfies Record<TransferKind, string>

/** An account on the wire. */
export function accountDocument(row: AccountRow): z.infer<typeof LedgerAccountDocument> {
  const { posted, held } = balanceOf(row)
  return {
    name: row.name,
    asset: row.asset,
    debits: row.debitsPosted.toString(),
    credits: row.creditsPosted.toString(),
    held: held.toString(),
    balance: posted.toString(),
    display: display(posted, row.asset),
  }
}

/** A transfer on the wire. */
export function transferDocument(transfer: Transfer): z.infer<typeof LedgerTransferDocument> {
  const { amount, asset } = transfer.amount
  return {
    id: transfer.id,
    at: toRfc3339(transfer.at),
    kind: KINDS[transfer.kind],
    debit: transfer.debit,
    credit: transfer.credit,
    amount: amount.toString(),
    asset,
    display: display(amount, asset),
    holdId: transfer.holdId,
    link: transfer.link,
    reference: transfer.reference,
  }
}

/** Whole units where we know how many places they have; else atomic ones, and it says so. */
function display(amount: bigint, asset: string): string {
  if (asset === USD.id) return `${formatUnits(amount, USD)} ${USD.code}`
  return `${amount} atomic ${asset}`
}
