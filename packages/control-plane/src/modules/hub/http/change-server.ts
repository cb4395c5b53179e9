import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { changeServer } from '@mcp-orchestra/api/routes/change-server'
import { showServer, type HubRoutes } from './wired.ts'

/** PATCH /v1/servers/{id} */
export function mountChangeServer(app: ApiApp, wired: HubRoutes): void {
  app.openapi(changeServer, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'servers:write')
    const { id } = context.req.valid('param')
    const changed = await wired.servers.change(principal, id, context.req.valid('json'))
    return context.json(
      {
        server: await showServer(wired, principal, changed.server),
        snapshotVersion: changed.snapshotVersion,
        pendingGateways: [...changed.pendingGateways],
      },
      200,
    )
  })
}
