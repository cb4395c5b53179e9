import type { SeededMonth } from '../month/month.ts'
import type { Books } from './books.ts'
import type { Sheet } from './cells.ts'
import type { Rules } from './rules.ts'
import type { Sales } from './sales.ts'
import { feeOf, partsOf, type Parts } from './split.ts'

/** The totals under the columns: what everybody has at the end, and what was sold of what. */
export function closeSheet(
  sheet: Sheet,
  { payers, topUp }: SeededMonth,
  { books, rules }: { readonly books: Books; readonly rules: Rules },
): void {
  for (const one of books.cases) sheet.add(`cases: ${one.split(' ')[0]}`, 1n)
  for (const payer of payers) sheet.add(`${payer}: available`, topUp)
  for (const sales of books.sales.values()) addSales(sheet, sales)
  for (const [name, group] of Map.groupBy(books.sales.values(), ({ earning }) => earning)) {
    const gross = group.reduce((sum, { posted }) => sum + posted, 0n)
    const [first] = group
    if (first === undefined) continue
    const kept = books.kept.get(name) ?? 0n
    const parts = partsOf(kept, first.agreement, rules)
    addEarning(
      sheet,
      first,
      rules.refundsLowerTheFee ? parts : withFeeOf(parts, feeOf(gross, rules)),
    )
  }
}

function addSales(sheet: Sheet, sales: Sales): void {
  const { name, payer, server, tool, month, calls, posted, refunded } = sales
  sheet.add(`sales ${name}: calls`, calls)
  sheet.add(`sales ${name}: posted`, posted)
  sheet.add(`sales ${name}: refunded`, refunded)
  sheet.add(`used ${server} ${tool} ${month}: calls`, calls)
  sheet.add(`used ${server} ${tool} ${month}: posted`, posted)
  sheet.add(`server ${server} ${month}: posted`, posted)
  sheet.add(`server ${server} ${month}: refunded`, refunded)
  sheet.add(`${payer}: available`, refunded - posted)
}

function addEarning(sheet: Sheet, sales: Sales, { fee, shares, publisher }: Parts): void {
  const earn = (who: string, amount: bigint) => {
    sheet.add(`${who}: earned`, amount)
    sheet.add(`${who}: distributed`, amount)
  }
  sheet.add(`earning ${sales.earning}: fee`, fee)
  sheet.add('platform: fees', fee)
  sheet.add('platform: distributed', fee)
  earn(sales.publisher, publisher)
  for (const [index, { who }] of (sales.agreement?.parties ?? []).entries()) {
    sheet.add(`earning ${sales.earning}: share of ${who}`, shares[index] ?? 0n)
    earn(who, shares[index] ?? 0n)
  }
}

/** The same parts, had the fee not fallen. */
function withFeeOf(parts: Parts, fee: bigint): Parts {
  return { ...parts, fee, publisher: parts.publisher - (fee - parts.fee) }
}
