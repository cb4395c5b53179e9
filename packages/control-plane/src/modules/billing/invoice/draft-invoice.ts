import type { Transaction } from '@mcp-orchestra/kernel'
import type { BillingDeps } from '../deps.ts'
import type { InvoiceSubject } from '../ports.ts'
import { draftLines, type Draft } from './draft-lines.ts'
import type { InvoiceLine } from './invoice.ts'
import { roundLines } from './round-lines.ts'

/** What an invoice would say: rounded, with what is carried. */
export type DraftInvoice = Draft & {
  readonly lines: readonly InvoiceLine[]
  readonly totalCents: bigint
  readonly carriedIn: bigint
  readonly carriedOut: bigint
}

/** Draws up what was posted until the end of the month and is not invoiced: the preview is the invoice. */
export async function draftInvoice(
  deps: Pick<BillingDeps, 'metering' | 'invoices'>,
  tx: Transaction,
  { organizationId, side, month }: InvoiceSubject,
): Promise<DraftInvoice> {
  const carriedIn = await deps.invoices.lockParty(tx, organizationId, side)
  const totals = await deps.metering.totals.of(tx, { organizationId, side, upTo: month })
  const invoiced = await deps.invoices.invoiced(tx, organizationId, side)
  const { lines, parts } = draftLines(side, month, totals, invoiced)
  const rounded = roundLines(
    lines.map(({ exact }) => exact),
    carriedIn,
  )
  const whole = lines.map((line, index) => ({ ...line, cents: rounded.cents[index] ?? 0n }))
  return {
    parts,
    lines: whole,
    totalCents: whole.reduce((sum, { cents }) => sum + cents, 0n),
    carriedIn,
    carriedOut: rounded.carriedOut,
  }
}
