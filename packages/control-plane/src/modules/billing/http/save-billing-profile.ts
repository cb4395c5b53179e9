import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { saveBillingProfile } from '@mcp-orchestra/api/routes/billing'
import { actorOf, whoseInvoices, type BillingRoutes } from './wired.ts'

/** PUT /v1/billing-profile */
export function mountSaveBillingProfile(app: ApiApp, wired: BillingRoutes): void {
  app.openapi(saveBillingProfile, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'caps:write')
    const whose = whoseInvoices(principal, context.req.valid('query').organizationId)
    const profile = context.req.valid('json')
    await wired.billing.saveProfile(actorOf(principal), whose, profile)
    return context.json(profile, 200)
  })
}
