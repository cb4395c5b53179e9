import { formatMoney, type LedgerTransfer } from '@mcp-orchestra/sdk'

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
  return [COLUMNS, ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('')
}

/** The decimal alone; empty for an asset whose scale is not known here. */
function unitsOf(transfer: LedgerTransfer): string {
  return /^-?[\d.]+(?= \S+$)/.exec(formatMoney(transfer))?.[0] ?? ''
}

/** A spreadsheet must not take a text for a formula (CWE-1236); a number below zero may stay. */
function cellOf(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-\d/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
