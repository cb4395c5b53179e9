import { feeOnCumulative, type Id } from '@mcp-orchestra/kernel'
import type { Month, UsageTotal } from '../../metering/index.ts'
import type { InvoiceLine, Side } from './invoice.ts'
import { unitPriceOf } from './unit-price.ts'

/** What of a total stands on invoices already. */
export type Invoiced = Omit<UsageTotal, 'asset' | 'feeBps' | 'posted'> & { readonly exact: bigint }

/** A line before it is rounded. */
export type DraftLine = Omit<InvoiceLine, 'cents'>

/** Lines to be invoiced, and the totals that they are of. */
export type Draft = { readonly lines: readonly DraftLine[]; readonly parts: readonly Invoiced[] }

/** What tells one total from another. */
export function totalKeyOf(
  total: Omit<UsageTotal, 'asset' | 'feeBps' | 'calls' | 'posted' | 'refunded'>,
): string {
  return [
    total.payerId,
    total.publisherId,
    total.serverId,
    total.tool,
    total.priceId,
    total.month,
    total.shareId ?? '',
  ].join('\n')
}

/**
 * What was posted until the end of a month, or given back of that, and stands on no invoice yet. Calls that came late and
 * refunds make lines of the month of the calls. A publisher is shown no payer: lines of several are one, and the platform's
 * fee on them is one line below zero.
 */
export function draftLines(
  side: Side,
  month: Month,
  totals: readonly UsageTotal[],
  invoiced: readonly Invoiced[],
): Draft {
  const before = new Map(invoiced.map((one) => [totalKeyOf(one), one]))
  const parts = totals.flatMap((total): Invoiced[] => {
    const known = before.get(totalKeyOf(total))
    const calls = total.calls - (known?.calls ?? 0n)
    const exact = total.posted - (known?.exact ?? 0n)
    const refunded = total.refunded - (known?.refunded ?? 0n)
    const isNew = calls !== 0n || exact !== 0n || refunded !== 0n
    return isNew ? [{ ...total, calls, exact, refunded }] : []
  })
  const lines = linesOf(parts)
  const fee = side === 'publisher' ? feeOf(totals, before) : 0n
  // After refunds the fee on all may be less than what was invoiced: then the line gives it back.
  if (fee !== 0n) {
    lines.push({
      kind: 'fee',
      serverId: null,
      tool: null,
      priceId: null,
      month,
      calls: 0n,
      exact: -fee,
      unitPrice: null,
    })
  }
  return { lines, parts }
}

function linesOf(parts: readonly Invoiced[]): DraftLine[] {
  const groups = new Map<string, Invoiced>()
  for (const part of parts) {
    const key = [part.month, part.serverId, part.tool, part.priceId].join('\n')
    const group = groups.get(key)
    groups.set(key, {
      ...part,
      calls: part.calls + (group?.calls ?? 0n),
      exact: part.exact + (group?.exact ?? 0n),
      refunded: part.refunded + (group?.refunded ?? 0n),
    })
  }
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { serverId, tool, priceId, month, calls, exact, refunded }]): DraftLine[] => {
      const about = { serverId, tool, priceId, month }
      const unitPrice = unitPriceOf(exact, calls) ?? null
      const lines: DraftLine[] = [
        { ...about, kind: 'calls', calls, exact, unitPrice },
        { ...about, kind: 'refund', calls: 0n, exact: -refunded, unitPrice: null },
      ]
      return lines.filter((line) => line.calls !== 0n || line.exact !== 0n)
    })
}

/** The fee of all totals less that of what is invoiced: both cumulative for each payer, rate and agreement on shares
 * (spending §2.9, ADR-0025). */
function feeOf(totals: readonly UsageTotal[], invoiced: ReadonlyMap<string, Invoiced>): bigint {
  const sums = new Map<string, { readonly feeBps: number; all: bigint; known: bigint }>()
  for (const total of totals) {
    const key = `${total.payerId}\n${total.feeBps}\n${total.shareId ?? ''}`
    const sum = sums.get(key) ?? { feeBps: total.feeBps, all: 0n, known: 0n }
    const known = invoiced.get(totalKeyOf(total))
    sum.all += total.posted - total.refunded
    sum.known += (known?.exact ?? 0n) - (known?.refunded ?? 0n)
    sums.set(key, sum)
  }
  return [...sums.values()].reduce(
    (fee, { feeBps, all, known }) =>
      fee + feeOnCumulative(all, feeBps) - feeOnCumulative(known, feeBps),
    0n,
  )
}

/** The series that a party's invoices are numbered in: a publisher's are its own (self-billing). */
export function seriesOf(side: Side, organizationId: Id<'org'>): string {
  return side === 'payer' ? 'INV' : `SB-${organizationId.slice(-8).toUpperCase()}`
}
