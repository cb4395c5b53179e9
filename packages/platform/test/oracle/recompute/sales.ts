import type { Agreement } from '../month/month.ts'

/** What posted calls of one payer, tool, price version, month and agreement came to; in atto-USD. */
export type Sales = {
  readonly payer: string
  readonly publisher: string
  readonly server: string
  readonly tool: string
  readonly version: string
  readonly month: string
  readonly agreement: Agreement | undefined
  /** Its key as it stands in cells. */
  readonly name: string
  /** Whose kept sales its fees and shares are cumulative over. */
  readonly earning: string
  calls: bigint
  posted: bigint
  refunded: bigint
}

/** What tells them apart. */
export type SalesKey = Omit<Sales, 'name' | 'earning' | 'calls' | 'posted' | 'refunded'>

/** All sales, by the name of their key. */
export type SalesBook = Map<string, Sales>

/** The sales of a key, of nothing at first. */
export function salesOf(book: SalesBook, key: SalesKey): Sales {
  const { payer, publisher, server, tool, version, month, agreement } = key
  const shared = agreement?.name ?? 'alone'
  const name = [payer, server, tool, version, month, shared].join(' ')
  const known = book.get(name)
  if (known !== undefined) return known
  const earning = [payer, publisher, shared].join(' ')
  const sales = { ...key, name, earning, calls: 0n, posted: 0n, refunded: 0n }
  book.set(name, sales)
  return sales
}
