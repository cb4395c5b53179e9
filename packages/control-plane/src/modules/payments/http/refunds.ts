import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { showAmount } from '@mcp-orchestra/api/money'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import { createRefund, getRefund, listRefunds } from '@mcp-orchestra/api/routes/refunds'
import { money, parseId, toRfc3339 } from '@mcp-orchestra/kernel'
import type { Refund } from '../refund/refund.ts'
import { amountOfBody, whoseMoney, type PaymentsRoutes } from './wired.ts'

/** POST /v1/usage/{id}/refunds, GET /v1/refunds and /v1/refunds/{id} */
export function mountRefunds(app: ApiApp, wired: PaymentsRoutes): void {
  const { refunds } = wired.payments
  app.openapi(createRefund, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'refunds:write')
    const { amount, reason } = context.req.valid('json')
    const refund = await refunds.give(principal, {
      eventId: context.req.valid('param').id,
      amount: amount === undefined ? undefined : amountOfBody(amount).amount,
      reason,
      idempotencyKey: context.req.valid('header')['idempotency-key'],
    })
    return context.json(refundDocument(refund), 201)
  })
  app.openapi(listRefunds, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'usage:read')
    const { organizationId, side, eventId, cursor, limit } = context.req.valid('query')
    const page = await refunds.list({
      organizationId: whoseMoney(principal, organizationId),
      side,
      eventId: eventId === undefined ? undefined : parseId('evt', eventId),
      before: idCursor('rfd', cursor),
      limit: limit + 1,
    })
    return context.json(
      pageFrom(page, limit, ({ id }) => id, refundDocument),
      200,
    )
  })
  app.openapi(getRefund, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'usage:read')
    const refund = await refunds.get(principal, context.req.valid('param').id)
    return context.json(refundDocument(refund), 200)
  })
}

/** A refund on the wire; the key under which it was given is its giver's own. */
function refundDocument(refund: Refund) {
  const { id, eventId, payerId, publisherId, serverId, tool, reason, givenBy, asset } = refund
  return {
    id,
    eventId,
    payerId,
    publisherId,
    serverId,
    tool,
    amount: showAmount(money(refund.amount, asset)),
    fee: showAmount(money(refund.fee, asset)),
    owed: showAmount(money(refund.owed, asset)),
    reason,
    givenBy,
    createdAt: toRfc3339(refund.createdAt),
  }
}
