import type { SeededMonth } from '../month/month.ts'
import type { Sheet } from '../recompute/cells.ts'
import { valueOf, type MonthWorld } from './month-world.ts'
import type { Names } from './name-back.ts'

/** More than a party has here. */
const INVOICES_MAX = 50

/** Every invoice of every party, line by line. */
export async function readInvoices(
  { billing, names: ids }: MonthWorld,
  month: SeededMonth,
  { names, sheet }: { readonly names: Names; readonly sheet: Sheet },
): Promise<void> {
  for (const party of [...month.payers, ...month.publishers]) {
    const organizationId = valueOf(ids.organizations, party)
    const query = { organizationId, before: undefined, limit: INVOICES_MAX }
    for (const invoice of await billing.list(query)) {
      const title = `invoice ${invoice.side} ${party} ${invoice.month}`
      for (const line of invoice.lines) {
        const name =
          line.serverId === null || line.priceId === null
            ? line.kind
            : [
                line.month,
                names.server(line.serverId),
                line.tool,
                names.price(line.priceId),
                line.kind,
              ].join(' ')
        sheet.add(`${title}, ${name}: calls`, line.calls)
        sheet.add(`${title}, ${name}: exact`, line.exact)
        sheet.add(`${title}, ${name}: cents`, line.cents)
      }
      sheet.add(`${title}: lines`, BigInt(invoice.lines.length))
      sheet.add(`${title}: cents`, invoice.totalCents)
      sheet.add(`${title}: carried`, invoice.carriedOut)
    }
  }
}
