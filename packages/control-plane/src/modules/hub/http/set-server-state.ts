import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { setServerState } from '@mcp-orchestra/api/routes/hub'
import { showServer, type HubRoutes } from './wired.ts'

/** POST /v1/servers/{id}/state */
export function mountSetServerState(app: ApiApp, wired: HubRoutes): void {
  app.openapi(setServerState, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'servers:write')
    const { id } = context.req.valid('param')
    const { action } = context.req.valid('json')
    const changed = await wired.servers.setState(principal, id, action)
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
