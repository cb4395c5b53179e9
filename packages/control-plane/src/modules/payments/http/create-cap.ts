import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { createCap } from '@mcp-orchestra/api/routes/payments'
import { capDocument } from './documents.ts'
import { amountOfBody, appliedBy, type PaymentsRoutes } from './wired.ts'

/** POST /v1/caps */
export function mountCreateCap(app: ApiApp, wired: PaymentsRoutes): void {
  app.openapi(createCap, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'caps:write')
    const { window, amount, keyId, scope } = context.req.valid('json')
    const key = keyId === undefined ? undefined : ({ kind: 'key', id: keyId } as const)
    const { cap, snapshotVersion } = await wired.payments.createCap(principal, {
      scope: scope ?? key ?? { kind: 'organization' },
      period: window,
      amount: amountOfBody(amount),
    })
    const applied = await appliedBy(wired.barrier, snapshotVersion)
    return context.json({ ...applied, cap: capDocument({ ...cap, taken: 0n }) }, 201)
  })
}
