import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { getServer } from '@mcp-orchestra/api/routes/hub'
import { showServer, type HubRoutes } from './wired.ts'

/** GET /v1/servers/{id} */
export function mountGetServer(app: ApiApp, wired: HubRoutes): void {
  app.openapi(getServer, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'servers:read')
    const server = await wired.servers.visible(principal, context.req.valid('param').id)
    return context.json(await showServer(wired, principal, server), 200)
  })
}
