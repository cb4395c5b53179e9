import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { finalizeInvoice } from '@mcp-orchestra/api/routes/billing'
import { monthOfText } from '../period.ts'
import { invoiceDocument } from './documents.ts'
import { actorOf, whoseInvoices, type BillingRoutes } from './wired.ts'

/** POST /v1/invoices */
export function mountFinalizeInvoice(app: ApiApp, wired: BillingRoutes): void {
  app.openapi(finalizeInvoice, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'platform:operate')
    const { organizationId, side, month } = context.req.valid('json')
    const invoice = await wired.billing.finalize(actorOf(principal), {
      organizationId: whoseInvoices(principal, organizationId),
      side,
      month: monthOfText(month),
    })
    return context.json(invoiceDocument(invoice), 201)
  })
}
