import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { showAmount } from '@mcp-orchestra/api/money'
import { declareIncarnationLost } from '@mcp-orchestra/api/routes/payments'
import { money, USD } from '@mcp-orchestra/kernel'
import type { PaymentsRoutes } from './wired.ts'

/** POST /v1/gateway-incarnations/{id}/declare-lost */
export function mountDeclareIncarnationLost(app: ApiApp, wired: PaymentsRoutes): void {
  app.openapi(declareIncarnationLost, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'platform:operate')
    const lost = await wired.payments.declareLost(principal, context.req.valid('param').id)
    return context.json({ ...lost, returned: showAmount(money(lost.returned, USD.id)) }, 200)
  })
}
