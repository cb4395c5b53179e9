import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { getUsageEvent } from '@mcp-orchestra/api/routes/metering'
import { usageEventDocument } from './documents.ts'
import type { MeteringRoutes } from './wired.ts'

/** GET /v1/usage/{id} */
export function mountGetUsageEvent(app: ApiApp, wired: MeteringRoutes): void {
  app.openapi(getUsageEvent, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'usage:read')
    const event = await wired.metering.usageEvent(principal, context.req.valid('param').id)
    return context.json(usageEventDocument(event), 200)
  })
}
