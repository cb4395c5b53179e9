import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { removeServer } from '@mcp-orchestra/api/routes/hub'
import type { HubRoutes } from './wired.ts'

/** DELETE /v1/servers/{id} */
export function mountRemoveServer(app: ApiApp, wired: HubRoutes): void {
  app.openapi(removeServer, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'servers:write')
    const removed = await wired.servers.remove(principal, context.req.valid('param').id)
    return context.json(
      {
        id: removed.server.id,
        snapshotVersion: removed.snapshotVersion,
        pendingGateways: [...removed.pendingGateways],
      },
      200,
    )
  })
}
