import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { raiseLedgerEpoch } from '@mcp-orchestra/api/routes/payments'
import type { PaymentsRoutes } from './wired.ts'

/** POST /v1/ledger-epochs */
export function mountRaiseLedgerEpoch(app: ApiApp, wired: PaymentsRoutes): void {
  app.openapi(raiseLedgerEpoch, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'platform:operate')
    const raised = await wired.payments.raiseEpoch(principal, context.req.valid('json').reason)
    const { epoch, frozen, reason } = raised
    return context.json({ epoch, frozen, reason }, 201)
  })
}
