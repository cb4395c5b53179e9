import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { getBillingProfile } from '@mcp-orchestra/api/routes/billing'
import { whoseInvoices, type BillingRoutes } from './wired.ts'

/** GET /v1/billing-profile */
export function mountGetBillingProfile(app: ApiApp, wired: BillingRoutes): void {
  app.openapi(getBillingProfile, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'balance:read')
    const whose = whoseInvoices(principal, context.req.valid('query').organizationId)
    return context.json({ profile: (await wired.billing.profile(whose)) ?? null }, 200)
  })
}
