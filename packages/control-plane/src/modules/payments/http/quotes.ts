import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { createQuote, getQuote } from '@mcp-orchestra/api/routes/quotes'
import { refuse } from '../problems.ts'
import { amountOfBody, type PaymentsRoutes } from './wired.ts'

/** POST /v1/quotes, GET /v1/quotes/{id} */
export function mountQuotes(app: ApiApp, { authorize, payments }: PaymentsRoutes): void {
  app.openapi(createQuote, async (context) => {
    const principal = await authorize(context.req.raw, 'balance:read')
    const { usd, asset } = context.req.valid('json')
    const { amount: usdAtto } = amountOfBody({ units: usd, asset: 'USD' })
    if (usdAtto === 0n) throw refuse('payments.quote_amount_zero')
    return context.json(await payments.quotes.make(principal, { usdAtto, asset }), 201)
  })
  app.openapi(getQuote, async (context) => {
    const principal = await authorize(context.req.raw, 'balance:read')
    return context.json(await payments.quotes.find(principal, context.req.valid('param').id), 200)
  })
}
