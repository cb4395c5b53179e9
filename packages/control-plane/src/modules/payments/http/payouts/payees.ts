import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { pageFrom, idCursor } from '@mcp-orchestra/api/routes/page'
import {
  approvePayee,
  getPayee,
  holdPayee,
  listPayees,
  savePayee,
} from '@mcp-orchestra/api/routes/payees'
import { amountOfBody } from '../wired.ts'
import { payeeDocument } from './documents.ts'
import { payeeId, type PayoutRoutes } from './wired.ts'

/** GET and PUT /v1/payee; GET /v1/payees, and what operators do with one. */
export function mountPayees(app: ApiApp, { authorize, payouts }: PayoutRoutes): void {
  app.openapi(getPayee, async (context) => {
    const { organizationId } = await authorize(context.req.raw, 'balance:read')
    return context.json(payeeDocument(await payouts.payee(organizationId)), 200)
  })
  app.openapi(savePayee, async (context) => {
    const principal = await authorize(context.req.raw, 'payouts:write')
    const { rail, destination, schedule, minimum } = context.req.valid('json')
    const wish = {
      rail,
      destination,
      schedule,
      minimum: minimum === undefined ? undefined : amountOfBody(minimum).amount,
    }
    return context.json(payeeDocument(await payouts.savePayee(principal, wish)), 200)
  })
  app.openapi(listPayees, async (context) => {
    await authorize(context.req.raw, 'platform:operate')
    const { cursor, limit } = context.req.valid('query')
    const payees = await payouts.payees({ after: idCursor('org', cursor), limit: limit + 1 })
    return context.json(
      pageFrom(payees, limit, ({ organizationId }) => organizationId, payeeDocument),
      200,
    )
  })
  app.openapi(approvePayee, async (context) => {
    const principal = await authorize(context.req.raw, 'platform:operate')
    const organizationId = payeeId(context.req.valid('param').id)
    const { version } = context.req.valid('json')
    const payee = await payouts.approvePayee(principal, { organizationId, version })
    return context.json(payeeDocument(payee), 200)
  })
  app.openapi(holdPayee, async (context) => {
    const principal = await authorize(context.req.raw, 'platform:operate')
    const organizationId = payeeId(context.req.valid('param').id)
    const { reason } = context.req.valid('json')
    const payee = await payouts.holdPayee(principal, { organizationId, reason })
    return context.json(payeeDocument(payee), 200)
  })
}
