import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import { listLeases } from '@mcp-orchestra/api/routes/payments'
import { leaseDocument } from './documents.ts'
import { whoseMoney, type PaymentsRoutes } from './wired.ts'

/** GET /v1/leases */
export function mountListLeases(app: ApiApp, wired: PaymentsRoutes): void {
  app.openapi(listLeases, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'balance:read')
    const { cursor, limit, organizationId } = context.req.valid('query')
    const leases = await wired.payments.listExposure({
      payerId: whoseMoney(principal, organizationId),
      before: idCursor('les', cursor),
      limit: limit + 1,
    })
    return context.json(
      pageFrom(leases, limit, ({ id }) => id, leaseDocument),
      200,
    )
  })
}
