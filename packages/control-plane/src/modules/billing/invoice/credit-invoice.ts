import type { Id } from '@mcp-orchestra/kernel'
import type { BillingDeps } from '../deps.ts'
import { refuse } from '../problems.ts'
import type { Invoice, InvoiceLine } from './invoice.ts'
import { numberOf } from './number.ts'
import { ATTO_PER_CENT } from './round-lines.ts'

const SERIES = 'CN'

/**
 * Takes a whole invoice back by a credit note: its lines stand on no invoice any more, so the next one has them again. The
 * invoice itself stays as it is. Money is not moved: that is a refund's. Audited.
 */
export async function creditInvoice(
  deps: BillingDeps,
  actor: string,
  wish: { readonly invoiceId: Id<'inv'>; readonly reason: string },
): Promise<Invoice> {
  return deps.transactions.run(async (tx) => {
    const original = await deps.invoices.find(tx, wish.invoiceId)
    if (original === undefined) throw refuse('billing.invoice_not_found')
    const { organizationId, side } = original
    const carriedIn = await deps.invoices.lockParty(tx, organizationId, side)
    if (original.kind === 'credit_note' || (await deps.invoices.isCredited(tx, original.id))) {
      throw refuse('billing.already_credited')
    }
    const parts = await deps.invoices.partsOf(tx, original.id)
    const taken = parts.map((part) => ({
      ...part,
      calls: -part.calls,
      exact: -part.exact,
      refunded: -part.refunded,
    }))
    const lines = original.lines.map(takenBack)
    const exact = lines.reduce((sum, line) => sum + line.exact, 0n)
    const sequence = await deps.invoices.nextSequence(tx, SERIES)
    const note: Invoice = {
      ...original,
      id: deps.ids.make('inv'),
      kind: 'credit_note',
      number: numberOf(SERIES, sequence),
      series: SERIES,
      sequence,
      issuedAt: deps.clock.now(),
      lines,
      totalCents: -original.totalCents,
      carriedIn,
      carriedOut: carriedIn + exact + original.totalCents * ATTO_PER_CENT,
      original: { id: original.id, number: original.number },
      reason: wish.reason,
    }
    await deps.invoices.add(tx, note, taken)
    await deps.invoices.addInvoiced(tx, organizationId, side, taken)
    await deps.invoices.setCarry(tx, organizationId, side, note.carriedOut)
    await deps.audit.record(tx, {
      organizationId,
      actor,
      action: 'invoice.credited',
      target: original.id,
      detail: { number: note.number, original: original.number },
    })
    return note
  })
}

function takenBack(line: InvoiceLine): InvoiceLine {
  return { ...line, calls: -line.calls, exact: -line.exact, cents: -line.cents }
}
