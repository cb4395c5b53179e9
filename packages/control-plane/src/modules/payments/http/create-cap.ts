import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { createCap } from '@mcp-orchestra/api/routes/payments'
import { capDocument } from './documents.ts'
import { amountOfBody, appliedBy, type PaymentsRoutes } from './wired.ts'

/** POST /v1/caps */
export function mountCreateCap(app: ApiApp, wired: PaymentsRoutes): void {
  app.openapi(createCap, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'caps:write')
    const { window, amount, keyId } = context.req.valid('json')
    const { cap, snapshotVersion } = await wired.payments.createCap(principal, {
      scope: keyId === undefined ? { kind: 'organization' } : { kind: 'key', id: keyId },
      period: window,
      amount: amountOfBody(amount),
    })
    const applied = await appliedBy(wired.barrier, snapshotVersion)
    return context.json({ ...applied, cap: capDocument({ ...cap, taken: 0n }) }, 201)
  })
}
