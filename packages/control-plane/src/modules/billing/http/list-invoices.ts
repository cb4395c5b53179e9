import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { listInvoices } from '@mcp-orchestra/api/routes/billing'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import { invoiceDocument } from './documents.ts'
import { whoseInvoices, type BillingRoutes } from './wired.ts'

/** GET /v1/invoices */
export function mountListInvoices(app: ApiApp, wired: BillingRoutes): void {
  app.openapi(listInvoices, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'balance:read')
    const { cursor, limit, organizationId } = context.req.valid('query')
    const invoices = await wired.billing.list({
      organizationId: whoseInvoices(principal, organizationId),
      before: idCursor('inv', cursor),
      limit: limit + 1,
    })
    return context.json(
      pageFrom(invoices, limit, ({ id }) => id, invoiceDocument),
      200,
    )
  })
}
