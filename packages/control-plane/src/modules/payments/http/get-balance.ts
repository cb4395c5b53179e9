import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { getBalance } from '@mcp-orchestra/api/routes/payments'
import { balanceDocument } from './documents.ts'
import { whoseMoney, type PaymentsRoutes } from './wired.ts'

/** GET /v1/balance */
export function mountGetBalance(app: ApiApp, wired: PaymentsRoutes): void {
  app.openapi(getBalance, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'balance:read')
    const organizationId = whoseMoney(principal, context.req.valid('query').organizationId)
    return context.json(balanceDocument(await wired.payments.readBalance(organizationId)), 200)
  })
}
