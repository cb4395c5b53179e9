import type { SeededMonth } from '../month/month.ts'
import { recordsOf } from '../month/read-month.ts'
import { createBooks, type Books } from './books.ts'
import { createSheet, type Cells } from './cells.ts'
import { closeSheet } from './close-sheet.ts'
import { createInvoiceSheet, type InvoiceSheet } from './invoice-sheet.ts'
import type { Rules } from './rules.ts'

/**
 * The whole month again, from the plain list of calls and the rules of the guides, line by line as in a spreadsheet.
 * Nothing of the product's arithmetic is used here.
 */
export function recomputeMonth(month: SeededMonth, rules: Rules): Cells {
  const sheet = createSheet()
  const books = createBooks(month, rules, sheet)
  const invoices = createInvoiceSheet(sheet, rules)
  for (const happening of month.happenings) {
    switch (happening.kind) {
      case 'batch':
        for (const number of recordsOf(month, happening)) books.book(number)
        break
      case 'refund':
        books.refund(happening)
        break
      case 'ahead':
        books.openCase('journal_gap', happening.gateway)
        break
      case 'lost':
        books.openCase('journal_lost', happening.gateway)
        books.lose(happening.gateway)
        break
      case 'invoices':
        writeInvoices(month, happening.month, { invoices, books })
        break
      // What changes nothing: records that were applied before, earnings that become payable, the end of a process.
      case 'repeated':
      case 'sweep':
      case 'end':
        break
    }
  }
  closeSheet(sheet, month, { books, rules })
  return sheet.cells
}

function writeInvoices(
  { payers, publishers }: SeededMonth,
  month: string,
  { invoices, books }: { readonly invoices: InvoiceSheet; readonly books: Books },
): void {
  const bought = Map.groupBy(books.sales.values(), ({ payer }) => payer)
  const sold = Map.groupBy(books.sales.values(), ({ publisher }) => publisher)
  for (const name of payers) invoices.write({ side: 'payer', name }, month, bought.get(name) ?? [])
  for (const name of publishers) {
    invoices.write({ side: 'publisher', name }, month, sold.get(name) ?? [])
  }
}
