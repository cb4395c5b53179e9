import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { getReceipt } from '@mcp-orchestra/api/routes/receipts'
import type { PaymentsRoutes } from './wired.ts'

/** GET /v1/usage/{id}/receipt */
export function mountGetReceipt(app: ApiApp, wired: PaymentsRoutes): void {
  app.openapi(getReceipt, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'usage:read')
    const { id } = context.req.valid('param')
    return context.json(await wired.payments.receipts.ofEvent(principal, id), 200)
  })
}
