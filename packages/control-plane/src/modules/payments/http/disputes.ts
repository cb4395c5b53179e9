import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { showAmount } from '@mcp-orchestra/api/money'
import {
  closeDispute,
  getDispute,
  listDisputes,
  openDispute,
} from '@mcp-orchestra/api/routes/disputes'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import { money, toRfc3339 } from '@mcp-orchestra/kernel'
import type { Dispute } from '../dispute/dispute.ts'
import { amountOfBody, whoseMoney, type PaymentsRoutes } from './wired.ts'

/** POST /v1/usage/{id}/disputes, GET /v1/disputes and /v1/disputes/{id}, POST /v1/disputes/{id}/close */
export function mountDisputes(app: ApiApp, wired: PaymentsRoutes): void {
  const { disputes } = wired.payments
  app.openapi(openDispute, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'refunds:write')
    const { amount, reason } = context.req.valid('json')
    const dispute = await disputes.open(principal, {
      eventId: context.req.valid('param').id,
      amount: amount === undefined ? undefined : amountOfBody(amount).amount,
      reason,
    })
    return context.json(disputeDocument(dispute), 201)
  })
  app.openapi(listDisputes, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'usage:read')
    const { organizationId, state, cursor, limit } = context.req.valid('query')
    const page = await disputes.list({
      organizationId: whoseMoney(principal, organizationId),
      state,
      before: idCursor('dsp', cursor),
      limit: limit + 1,
    })
    return context.json(
      pageFrom(page, limit, ({ id }) => id, disputeDocument),
      200,
    )
  })
  app.openapi(getDispute, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'usage:read')
    const dispute = await disputes.get(principal, context.req.valid('param').id)
    return context.json(disputeDocument(dispute), 200)
  })
  app.openapi(closeDispute, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'refunds:write')
    const { outcome, answer = null } = context.req.valid('json')
    const closing = { state: outcome, answer }
    const dispute = await disputes.close(principal, context.req.valid('param').id, closing)
    return context.json(disputeDocument(dispute), 200)
  })
}

/** A dispute on the wire. */
function disputeDocument({ asset, amount, held, openedAt, closedAt, ...rest }: Dispute) {
  return {
    ...rest,
    amount: showAmount(money(amount, asset)),
    held: showAmount(money(held, asset)),
    openedAt: toRfc3339(openedAt),
    closedAt: closedAt === null ? null : toRfc3339(closedAt),
  }
}
