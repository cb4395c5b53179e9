import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { creditInvoice } from '@mcp-orchestra/api/routes/billing'
import { invoiceDocument } from './documents.ts'
import { actorOf, invoiceFor, type BillingRoutes } from './wired.ts'

/** POST /v1/invoices/{id}/credit-notes */
export function mountCreditInvoice(app: ApiApp, wired: BillingRoutes): void {
  app.openapi(creditInvoice, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'platform:operate')
    const invoice = await invoiceFor(wired, principal, context.req.valid('param').id)
    const { reason } = context.req.valid('json')
    const wish = { invoiceId: invoice.id, reason }
    return context.json(invoiceDocument(await wired.billing.credit(actorOf(principal), wish)), 201)
  })
}
