import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { getServerHealth } from '@mcp-orchestra/api/routes/hub'
import { healthDocument } from './documents.ts'
import type { HubRoutes } from './wired.ts'

/** GET /v1/servers/{id}/health */
export function mountGetServerHealth(app: ApiApp, wired: HubRoutes): void {
  app.openapi(getServerHealth, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'servers:read')
    const server = await wired.servers.visible(principal, context.req.valid('param').id)
    if (context.req.valid('query').probe === 'true') await wired.probes.run(server.id)
    const health = await wired.observations.health([server.id])
    return context.json(healthDocument(server, health.get(server.id) ?? []), 200)
  })
}
