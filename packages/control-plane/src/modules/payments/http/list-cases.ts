import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import { listCases } from '@mcp-orchestra/api/routes/payments'
import { caseDocument } from './documents.ts'
import { isOperator, type PaymentsRoutes } from './wired.ts'

/** GET /v1/cases */
export function mountListCases(app: ApiApp, wired: PaymentsRoutes): void {
  app.openapi(listCases, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'balance:read')
    const { cursor, limit, state } = context.req.valid('query')
    const cases = await wired.payments.listCases({
      organizationId: isOperator(principal) ? null : principal.organizationId,
      state,
      before: idCursor('cas', cursor),
      limit: limit + 1,
    })
    return context.json(
      pageFrom(cases, limit, ({ id }) => id, caseDocument),
      200,
    )
  })
}
