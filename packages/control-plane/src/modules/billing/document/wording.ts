import type { Invoice, InvoiceKind, InvoiceLine } from '../invoice/invoice.ts'
import { ATTO_PER_CENT } from '../invoice/round-lines.ts'

/** What a document is called (product: plain words that an accountant knows). */
export const TITLES: Readonly<Record<InvoiceKind, string>> = {
  invoice: 'Invoice',
  self_billing: 'Self-billing invoice',
  credit_note: 'Credit note',
}

/** Amounts of a credit note are written as what they take back: above zero (EN 16931 BT-3, 381). */
export function signOf({ kind }: Invoice): 1n | -1n {
  return kind === 'credit_note' ? -1n : 1n
}

/** What a line is for. */
export function descriptionOf(line: InvoiceLine, of: Invoice): string {
  if (line.kind === 'fee') return 'Platform fee'
  const tool = line.tool ?? 'a tool'
  if (line.kind === 'refund') return `Refunds of calls of ${tool} in ${line.month}`
  const late = line.month === of.month ? '' : `, posted late for ${line.month}`
  return `Calls of ${tool}${late}`
}

/** Cents as a plain decimal: `1234.50`. */
export function decimalOf(cents: bigint): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, '0')
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** A number for people: `1,234.50`. */
export function grouped(decimal: string): string {
  return decimal.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/** What is carried, exactly, in dollars: less than a cent has more places. */
export function carriedText(atto: bigint): string {
  const places = (atto < 0n ? -atto : atto).toString().padStart(19, '0')
  const fraction = places.slice(-18).replace(/0+$/, '')
  return `${atto < 0n ? '-' : ''}${places.slice(0, -18)}.${fraction === '' ? '00' : fraction.padEnd(2, '0')}`
}

/** The exact amount of a line is shown where the cents do not say it. */
export function isExact(line: InvoiceLine): boolean {
  return line.cents * ATTO_PER_CENT === line.exact
}

/** What both sides have to know about tax and payment, as sentences. */
export function notesOf(invoice: Invoice): string[] {
  const notes = ['Not subject to VAT: tax is not calculated by this platform yet.']
  if (invoice.kind === 'invoice') notes.push('Paid from the prepaid balance: nothing is due.')
  if (invoice.side === 'payer' && invoice.lines.some(({ kind }) => kind === 'refund')) {
    notes.push('Refunds went back to the prepaid balance.')
  }
  if (invoice.side === 'publisher') {
    notes.push('Self-billing: issued by the buyer in the name of the seller, as agreed.')
  }
  if (invoice.original !== null) {
    notes.push(`Takes back ${invoice.original.number}. Reason: ${invoice.reason ?? ''}`)
  }
  return notes
}
