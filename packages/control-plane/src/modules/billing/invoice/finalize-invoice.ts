import type { Transaction } from '@mcp-orchestra/kernel'
import type { BillingDeps } from '../deps.ts'
import { endOfMonth } from '../period.ts'
import type { InvoiceSubject } from '../ports.ts'
import type { Party } from '../profile/party.ts'
import { refuse } from '../problems.ts'
import { draftInvoice } from './draft-invoice.ts'
import { seriesOf } from './draft-lines.ts'
import type { Invoice } from './invoice.ts'
import { numberOf } from './number.ts'

/**
 * Writes the invoice of a month that is over. Its number is taken, its lines are marked as invoiced and what is less than
 * a cent is carried on in one transaction, so a crash leaves all of it or nothing. Audited.
 */
export async function finalizeInvoice(
  deps: BillingDeps,
  actor: string,
  subject: InvoiceSubject,
): Promise<Invoice> {
  return deps.transactions.run((tx) => finalize(deps, tx, actor, subject))
}

async function finalize(
  deps: BillingDeps,
  tx: Transaction,
  actor: string,
  subject: InvoiceSubject,
): Promise<Invoice> {
  const { organizationId, side, month } = subject
  const issuedAt = deps.clock.now()
  if (issuedAt < endOfMonth(month)) throw refuse('billing.month_open')
  const { parts, ...draft } = await draftInvoice(deps, tx, subject)
  if (draft.lines.length === 0) throw refuse('billing.nothing_to_invoice')
  const series = seriesOf(side, organizationId)
  const sequence = await deps.invoices.nextSequence(tx, series)
  const invoice: Invoice = {
    ...draft,
    ...(await partiesOf(deps, tx, subject)),
    id: deps.ids.make('inv'),
    kind: side === 'payer' ? 'invoice' : 'self_billing',
    number: numberOf(series, sequence),
    series,
    sequence,
    organizationId,
    side,
    month,
    issuedAt,
    original: null,
    reason: null,
  }
  await deps.invoices.add(tx, invoice, parts)
  await deps.invoices.addInvoiced(tx, organizationId, side, parts)
  await deps.invoices.setCarry(tx, organizationId, side, draft.carriedOut)
  await deps.audit.record(tx, {
    organizationId,
    actor,
    action: 'invoice.finalized',
    target: invoice.id,
    detail: { number: invoice.number, month, cents: invoice.totalCents.toString() },
  })
  return invoice
}

async function partiesOf(
  deps: Pick<BillingDeps, 'directory' | 'profiles'>,
  tx: Transaction,
  { organizationId, side }: InvoiceSubject,
): Promise<{ seller: Party; buyer: Party }> {
  const other = await deps.profiles.latest(tx, organizationId)
  if (other === undefined) throw refuse('billing.profile_missing', { members: { organizationId } })
  const operatorId = await deps.directory.operator(tx)
  const platform = await deps.profiles.latest(tx, operatorId)
  if (platform === undefined) {
    throw refuse('billing.profile_missing', { members: { organizationId: operatorId } })
  }
  return side === 'payer' ? { seller: platform, buyer: other } : { seller: other, buyer: platform }
}
