import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import {
  approvePayout,
  cancelPayout,
  getPayout,
  getPayoutDestination,
  getPayoutStatement,
  getPayoutStatementFile,
  listPayouts,
  reportPayout,
  requestPayout,
} from '@mcp-orchestra/api/routes/payouts'
import { amountOfBody, isOperator } from '../wired.ts'
import { statementCsv } from '../../statement/statement-csv.ts'
import { payoutDocument, statementDocument } from './documents.ts'
import { payoutFor, payoutId, type PayoutRoutes } from './wired.ts'

/** /v1/payouts: what is requested, and what becomes of it. */
export function mountPayouts(app: ApiApp, wired: PayoutRoutes): void {
  const { authorize, payouts } = wired
  app.openapi(listPayouts, async (context) => {
    const principal = await authorize(context.req.raw, 'balance:read')
    const { cursor, limit, state } = context.req.valid('query')
    const found = await payouts.list({
      publisherId: isOperator(principal) ? null : principal.organizationId,
      state,
      before: idCursor('pay', cursor),
      limit: limit + 1,
    })
    return context.json(
      pageFrom(found, limit, ({ id }) => id, payoutDocument),
      200,
    )
  })
  app.openapi(requestPayout, async (context) => {
    const principal = await authorize(context.req.raw, 'payouts:write')
    const { amount } = context.req.valid('json')
    const payout = await payouts.request(principal, {
      amount: amount === undefined ? null : amountOfBody(amount).amount,
      key: context.req.valid('header')['idempotency-key'],
    })
    return context.json(payoutDocument(payout), 201)
  })
  app.openapi(getPayout, async (context) => {
    const principal = await authorize(context.req.raw, 'balance:read')
    const payout = await payoutFor(wired, principal, context.req.valid('param').id)
    return context.json(payoutDocument(payout), 200)
  })
  app.openapi(approvePayout, async (context) => {
    const principal = await authorize(context.req.raw, 'payouts:write')
    const { id } = await payoutFor(wired, principal, context.req.valid('param').id)
    return context.json(payoutDocument(await payouts.approve(principal, id)), 200)
  })
  app.openapi(cancelPayout, async (context) => {
    const principal = await authorize(context.req.raw, 'payouts:write')
    const { id } = await payoutFor(wired, principal, context.req.valid('param').id)
    return context.json(payoutDocument(await payouts.cancel(principal, id)), 200)
  })
  app.openapi(reportPayout, async (context) => {
    const principal = await authorize(context.req.raw, 'platform:operate')
    const id = payoutId(context.req.valid('param').id)
    const payout = await payouts.report(principal, id, context.req.valid('json'))
    return context.json(payoutDocument(payout), 200)
  })
  app.openapi(getPayoutDestination, async (context) => {
    const principal = await authorize(context.req.raw, 'platform:operate')
    const id = payoutId(context.req.valid('param').id)
    context.header('cache-control', 'no-store')
    return context.json(await payouts.destination(principal, id), 200)
  })
  app.openapi(getPayoutStatement, async (context) => {
    const principal = await authorize(context.req.raw, 'balance:read')
    const { id } = await payoutFor(wired, principal, context.req.valid('param').id)
    return context.json(statementDocument(await payouts.statement(id)), 200)
  })
  app.openapi(getPayoutStatementFile, async (context) => {
    const principal = await authorize(context.req.raw, 'balance:read')
    const { id } = await payoutFor(wired, principal, context.req.valid('param').id)
    return new Response(statementCsv(await payouts.statement(id)), {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${id}.csv"`,
        'cache-control': 'private, no-store',
      },
    })
  })
}
