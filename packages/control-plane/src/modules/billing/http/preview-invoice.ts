import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { previewInvoice } from '@mcp-orchestra/api/routes/billing'
import { monthOfText } from '../period.ts'
import { previewDocument } from './documents.ts'
import { whoseInvoices, type BillingRoutes } from './wired.ts'

/** GET /v1/invoice-preview */
export function mountPreviewInvoice(app: ApiApp, wired: BillingRoutes): void {
  app.openapi(previewInvoice, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'balance:read')
    const { organizationId, side, month } = context.req.valid('query')
    const preview = await wired.billing.preview({
      organizationId: whoseInvoices(principal, organizationId),
      side,
      month: month === undefined ? undefined : monthOfText(month),
    })
    return context.json(previewDocument(preview), 200)
  })
}
