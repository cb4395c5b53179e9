import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { changeCap } from '@mcp-orchestra/api/routes/payments'
import { capDocument } from './documents.ts'
import { amountOfBody, appliedBy, type PaymentsRoutes } from './wired.ts'

/** PATCH /v1/caps/{id} */
export function mountChangeCap(app: ApiApp, wired: PaymentsRoutes): void {
  app.openapi(changeCap, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'caps:write')
    const { amount } = amountOfBody(context.req.valid('json').amount)
    const { id } = context.req.valid('param')
    const { cap, taken, snapshotVersion } = await wired.payments.changeCap(principal, id, amount)
    const applied = await appliedBy(wired.barrier, snapshotVersion)
    return context.json({ ...applied, cap: capDocument({ ...cap, taken }) }, 200)
  })
}
