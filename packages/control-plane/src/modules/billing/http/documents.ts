import { showAmount } from '@mcp-orchestra/api/money'
import type { InvoiceDocument, InvoicePreviewDocument } from '@mcp-orchestra/api/routes/billing'
import { money, toRfc3339, USD } from '@mcp-orchestra/kernel'
import type { z } from 'zod'
import type { DraftInvoice } from '../invoice/draft-invoice.ts'
import type { Invoice, InvoiceLine } from '../invoice/invoice.ts'
import type { InvoiceSubject } from '../ports.ts'

/** An invoice as it travels. */
export function invoiceDocument(invoice: Invoice): z.infer<typeof InvoiceDocument> {
  const { id, kind, number, seller, buyer, original, reason } = invoice
  return {
    id,
    kind,
    number,
    issuedAt: toRfc3339(invoice.issuedAt),
    seller,
    buyer,
    ...draftMembers(invoice, invoice),
    original,
    reason,
  }
}

/** A draft as it travels. */
export function previewDocument(
  preview: InvoiceSubject & DraftInvoice,
): z.infer<typeof InvoicePreviewDocument> {
  return draftMembers(preview, preview)
}

function draftMembers(
  { organizationId, side, month }: InvoiceSubject,
  draft: Pick<Invoice, 'lines' | 'totalCents' | 'carriedIn' | 'carriedOut'>,
): z.infer<typeof InvoicePreviewDocument> {
  return {
    organizationId,
    side,
    month,
    lines: draft.lines.map(lineDocument),
    totalCents: draft.totalCents.toString(),
    carriedIn: showAmount(money(draft.carriedIn, USD.id)),
    carriedOut: showAmount(money(draft.carriedOut, USD.id)),
  }
}

function lineDocument(line: InvoiceLine): z.infer<typeof InvoiceDocument>['lines'][number] {
  const { kind, serverId, tool, priceId, month, unitPrice } = line
  return {
    kind,
    serverId,
    tool,
    priceId,
    month,
    calls: line.calls.toString(),
    exact: showAmount(money(line.exact, USD.id)),
    cents: line.cents.toString(),
    unitPrice:
      unitPrice === null
        ? null
        : { cents: unitPrice.cents.toString(), baseQuantity: unitPrice.baseQuantity.toString() },
  }
}
