import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import { listLeases } from '@mcp-orchestra/api/routes/payments'
import { leaseDocument } from './documents.ts'
import { isOperator, whoseMoney, type PaymentsRoutes } from './wired.ts'

/** GET /v1/leases */
export function mountListLeases(app: ApiApp, wired: PaymentsRoutes): void {
  app.openapi(listLeases, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'balance:read')
    const { cursor, limit, organizationId } = context.req.valid('query')
    const everybody = organizationId === undefined && isOperator(principal)
    const leases = await wired.payments.listExposure({
      payerId: everybody ? null : whoseMoney(principal, organizationId),
      before: idCursor('les', cursor),
      limit: limit + 1,
    })
    return context.json(
      pageFrom(leases, limit, ({ id }) => id, leaseDocument),
      200,
    )
  })
}
