import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { getDecision } from '@mcp-orchestra/api/routes/decisions'
import { decisionDocument } from './decision-document.ts'
import type { PaymentsRoutes } from './wired.ts'

/** GET /v1/usage/{id}/decision */
export function mountGetDecision(app: ApiApp, wired: PaymentsRoutes): void {
  app.openapi(getDecision, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'usage:read')
    const { id } = context.req.valid('param')
    const decision = await wired.payments.decisions.ofEvent(principal, id)
    return context.json(decisionDocument(decision), 200)
  })
}
