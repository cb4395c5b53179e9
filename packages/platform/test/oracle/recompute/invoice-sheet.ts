import type { Sheet } from './cells.ts'
import { fraction, roundedDown } from './fraction.ts'
import type { Rules } from './rules.ts'
import type { Sales } from './sales.ts'
import { feeOf } from './split.ts'

const ATTO_PER_CENT = 10n ** 16n

/** Who an invoice is for. */
export type Party = { readonly side: 'payer' | 'publisher'; readonly name: string }

type Amounts = Pick<Sales, 'calls' | 'posted' | 'refunded'>
const NOTHING: Amounts = { calls: 0n, posted: 0n, refunded: 0n }
type Line = { readonly name: string; readonly calls: bigint; readonly exact: bigint }

/** Invoices as docs/guides/invoices.md says them. */
export interface InvoiceSheet {
  /** Writes the invoice of a month on all sales of a party; where nothing is new there is none. */
  write(party: Party, month: string, sales: readonly Sales[]): void
}

/** Remembers what stands on invoices and what is carried. */
export function createInvoiceSheet(sheet: Sheet, rules: Rules): InvoiceSheet {
  const invoiced = new Map<string, Amounts>()
  const carries = new Map<string, bigint>()
  return {
    write(party, month, sales) {
      const until = sales.filter((one) => one.month <= month)
      const known = ({ name }: Sales): Amounts => invoiced.get(`${party.side} ${name}`) ?? NOTHING
      const lines = linesOf(until, known)
      const fee = party.side === 'publisher' ? newFeeOf(until, known, rules) : 0n
      if (fee !== 0n) lines.push({ name: 'fee', calls: 0n, exact: -fee })
      for (const { name, calls, posted, refunded } of until) {
        invoiced.set(`${party.side} ${name}`, { calls, posted, refunded })
      }
      if (lines.length === 0) return
      const title = `invoice ${party.side} ${party.name} ${month}`
      const carriedIn = rules.carriesCents ? (carries.get(`${party.side} ${party.name}`) ?? 0n) : 0n
      const cents = centsOf(lines, carriedIn)
      const total = cents.reduce((sum, one) => sum + one, 0n)
      const carriedOut = sumOf(lines) + carriedIn - total * ATTO_PER_CENT
      carries.set(`${party.side} ${party.name}`, carriedOut)
      for (const [index, { name, calls, exact }] of lines.entries()) {
        sheet.add(`${title}, ${name}: calls`, calls)
        sheet.add(`${title}, ${name}: exact`, exact)
        sheet.add(`${title}, ${name}: cents`, cents[index] ?? 0n)
      }
      sheet.add(`${title}: lines`, BigInt(lines.length))
      sheet.add(`${title}: cents`, total)
      sheet.add(`${title}: carried`, carriedOut)
    },
  }
}

/** One line for each month, server, tool and price version, and one for what was given back of it. */
function linesOf(sales: readonly Sales[], known: (sales: Sales) => Amounts): Line[] {
  const lineOf = ({ month, server, tool, version }: Sales) =>
    [month, server, tool, version].join(' ')
  return [...Map.groupBy(sales, lineOf)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, group]) => {
      const added = (what: keyof Amounts) =>
        group.reduce((sum, one) => sum + one[what] - known(one)[what], 0n)
      return [
        { name: `${name} calls`, calls: added('calls'), exact: added('posted') },
        { name: `${name} refund`, calls: 0n, exact: -added('refunded') },
      ].filter(({ calls, exact }) => calls !== 0n || exact !== 0n)
    })
}

/** The fee on all sales until now, less that on what stands on invoices. */
function newFeeOf(sales: readonly Sales[], known: (sales: Sales) => Amounts, rules: Rules): bigint {
  const kept = ({ posted, refunded }: Amounts) => posted - refunded
  return [...Map.groupBy(sales, ({ earning }) => earning).values()].reduce((fee, group) => {
    const all = group.reduce((sum, one) => sum + kept(one), 0n)
    const before = group.reduce((sum, one) => sum + kept(known(one)), 0n)
    return fee + feeOf(all, rules) - feeOf(before, rules)
  }, 0n)
}

/** Each line rounded once: down, and the cents that the total has more go to those that lost most, the first of equals. */
function centsOf(lines: readonly Line[], carriedIn: bigint): bigint[] {
  const cents = lines.map(({ exact }) => wholeCents(exact))
  const lost = lines.map(({ exact }, index) => exact - (cents[index] ?? 0n) * ATTO_PER_CENT)
  const inOrder = [...lines.keys()].toSorted((a, b) => {
    const more = (lost[b] ?? 0n) - (lost[a] ?? 0n)
    if (more === 0n) return a - b
    return more > 0n ? 1 : -1
  })
  let missing = wholeCents(sumOf(lines) + carriedIn) - cents.reduce((sum, one) => sum + one, 0n)
  for (let place = 0; missing > 0n; place += 1) {
    const line = inOrder[place % inOrder.length] ?? 0
    cents[line] = (cents[line] ?? 0n) + 1n
    missing -= 1n
  }
  return cents
}

function wholeCents(exact: bigint): bigint {
  return roundedDown(fraction(exact, ATTO_PER_CENT))
}

function sumOf(lines: readonly Line[]): bigint {
  return lines.reduce((sum, { exact }) => sum + exact, 0n)
}
