import type { Call, Happening, SeededMonth } from '../month/month.ts'
import { callOf } from '../month/read-month.ts'
import type { Sheet } from './cells.ts'
import { chargeableOf, type Chargeable } from './chargeable.ts'
import { chargeIn, type Windows } from './charge-in-month.ts'
import { monthOf } from './month-of.ts'
import type { Rules } from './rules.ts'
import { salesOf, type Sales, type SalesBook } from './sales.ts'
import { feeOf } from './split.ts'
import { termsOf } from './terms.ts'

/** What was posted, row by row. */
export interface Books {
  /** A record of a journal arrives. */
  book(number: number): void
  refund(order: Extract<Happening, { kind: 'refund' }>): void
  /** What this gateway tells from now on is nobody's to pay. */
  lose(gateway: string): void
  /** Something that a person has to look at: what kind, and what it is about. */
  openCase(kind: string, subject: string): void
  readonly sales: SalesBook
  /** What was kept of all sales, by the name of an earning. */
  readonly kept: ReadonlyMap<string, bigint>
  readonly cases: ReadonlySet<string>
}

/** A call that was charged. */
type Sale = { readonly sales: Sales; readonly posted: bigint; refunded: bigint }

/** Empty books, kept by some rules; each call and refund is a cell. */
export function createBooks(month: SeededMonth, rules: Rules, sheet: Sheet): Books {
  const terms = termsOf(month, rules)
  const windows: Windows = new Map()
  const book: SalesBook = new Map()
  const kept = new Map<string, bigint>()
  const sold = new Map<number, Sale>()
  const booked = new Set<number>()
  const purchases = new Set<string>()
  const lost = new Set<string>()
  const cases = new Set<string>()
  const openCase = (kind: string, subject: string) => void cases.add(`${kind} ${subject}`)

  /** Whether a call pays, as far as its purchase goes: the first attempt that costs something does. */
  function pays({ purchase }: Call): boolean {
    if (purchase === undefined || rules.attemptsOfAPurchase === 'all pay') return true
    const isFirst = !purchases.has(purchase)
    purchases.add(purchase)
    return isFirst
  }

  function charge(call: Call, due: Chargeable): void {
    if (lost.has(call.gateway) && rules.lostJournals === 'platform bears') {
      // Only calls of one fixed price are in a journal that is lost: what they claim is that price.
      sheet.add('platform: loss', due.version.perCall)
      sheet.add('platform: suspense', due.version.perCall)
      openCase('late_arrival', call.gateway)
      return
    }
    if (!pays(call)) return
    if (due.isAbsurd) openCase('usage_absurd', call.server)
    const month = monthOf(call.at, rules)
    const of = rules.window === 'month' ? month : String(call.number)
    const posted = chargeIn(windows, due, { payer: call.payer, of }, rules)
    if (posted > 0n) sell(call, month, { ...due, posted })
  }

  function sell(
    call: Call,
    month: string,
    { version, posted }: Chargeable & { readonly posted: bigint },
  ): void {
    const { payer, server, tool } = call
    const sales = salesOf(book, {
      payer,
      publisher: terms.listing(server).publisher,
      server,
      tool,
      version: version.name,
      month,
      agreement: terms.agreement(call),
    })
    sales.calls += 1n
    sales.posted += posted
    keep(sales.earning, posted)
    sold.set(call.number, { sales, posted, refunded: 0n })
    sheet.add(`call ${call.number}: posted`, posted)
  }

  function keep(earning: string, more: bigint): bigint {
    const before = kept.get(earning) ?? 0n
    kept.set(earning, before + more)
    return before
  }

  return {
    sales: book,
    kept,
    cases,
    openCase,
    lose: (gateway) => void lost.add(gateway),
    book(number) {
      if (booked.has(number)) {
        openCase('duplicate_event', String(number))
        if (rules.copiesOfARecord === 'one counts') return
      }
      booked.add(number)
      sheet.add('calls: in all', 1n)
      const call = callOf(month, number)
      const due = chargeableOf(call, terms, rules)
      if (due === 'unknown') openCase('usage_missing', call.server)
      else if (due !== undefined) charge(call, due)
    },
    refund({ call, part }) {
      const sale = sold.get(call)
      const left = sale === undefined ? 0n : sale.posted - sale.refunded
      const amount = { all: left, half: left / 2n, 'one unit': 1n }[part]
      if (sale === undefined || amount === 0n || amount > left) {
        sheet.add('refunds: refused', 1n)
        return
      }
      const before = keep(sale.sales.earning, -amount)
      const fee = feeOf(before, rules) - feeOf(before - amount, rules)
      sale.refunded += amount
      sale.sales.refunded += amount
      sheet.add(`call ${call}: refunded`, amount)
      sheet.add(`call ${call}: fee given back`, rules.refundsLowerTheFee ? fee : 0n)
    },
  }
}
