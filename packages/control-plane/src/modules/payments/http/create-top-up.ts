import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { createTopUp } from '@mcp-orchestra/api/routes/payments'
import { parseId } from '@mcp-orchestra/kernel'
import { refuse } from '../problems.ts'
import { topUpDocument } from './documents.ts'
import { amountOfBody, type PaymentsRoutes } from './wired.ts'

/** POST /v1/top-ups */
export function mountCreateTopUp(app: ApiApp, wired: PaymentsRoutes): void {
  app.openapi(createTopUp, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'platform:operate')
    const wish = context.req.valid('json')
    const organizationId = parseId('org', wish.organizationId)
    if (organizationId === undefined) throw refuse('payments.organization_not_found')
    const amount = amountOfBody(wish.amount)
    if (amount.amount === 0n) throw refuse('payments.amount_zero')
    const idempotencyKey = context.req.valid('header')['idempotency-key']
    const topUp = await wired.payments.makeTopUp(principal, {
      organizationId,
      amount,
      idempotencyKey,
    })
    return context.json(topUpDocument(topUp), 201)
  })
}
