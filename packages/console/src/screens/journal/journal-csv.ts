import { formatMoney, type LedgerTransfer } from '@mcp-orchestra/sdk'
import { csvText } from '../../kit/csv-text.ts'

const COLUMNS = [
  'id',
  'at',
  'kind',
  'debit',
  'credit',
  'amount',
  'asset',
  'atomic_amount',
  'hold_id',
  'link',
  'reference',
] as const

/** Transfers as CSV (RFC 4180), amounts in whole units as exact decimals and in atomic units. */
export function journalCsv(transfers: readonly LedgerTransfer[]): string {
  const rows = transfers.map((transfer) => [
    transfer.id,
    transfer.at,
    transfer.kind,
    transfer.debit,
    transfer.credit,
    unitsOf(transfer),
    transfer.asset,
    transfer.amount,
    transfer.holdId ?? '',
    transfer.link ?? '',
    transfer.reference ?? '',
  ])
  return csvText([COLUMNS, ...rows])
}

/** The decimal alone; empty for an asset whose scale is not known here. */
function unitsOf(transfer: LedgerTransfer): string {
  return /^-?[\d.]+(?= \S+$)/.exec(formatMoney(transfer))?.[0] ?? ''
}
