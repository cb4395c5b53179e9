import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { removeCap } from '@mcp-orchestra/api/routes/payments'
import { appliedBy, type PaymentsRoutes } from './wired.ts'

/** DELETE /v1/caps/{id} */
export function mountRemoveCap(app: ApiApp, wired: PaymentsRoutes): void {
  app.openapi(removeCap, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'caps:write')
    const { id } = context.req.valid('param')
    const { cap, snapshotVersion } = await wired.payments.removeCap(principal, id)
    return context.json({ ...(await appliedBy(wired.barrier, snapshotVersion)), id: cap.id }, 200)
  })
}
