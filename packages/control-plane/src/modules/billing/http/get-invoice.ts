import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { getInvoice } from '@mcp-orchestra/api/routes/billing'
import { invoiceDocument } from './documents.ts'
import { invoiceFor, type BillingRoutes } from './wired.ts'

/** GET /v1/invoices/{id} */
export function mountGetInvoice(app: ApiApp, wired: BillingRoutes): void {
  app.openapi(getInvoice, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'balance:read')
    const invoice = await invoiceFor(wired, principal, context.req.valid('param').id)
    return context.json(invoiceDocument(invoice), 200)
  })
}
