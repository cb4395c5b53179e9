import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { refreshDocument } from '@mcp-orchestra/api/routes/refresh-document'
import { showServer, type HubRoutes } from './wired.ts'

/** POST /v1/servers/{id}/refresh-document */
export function mountRefreshDocument(app: ApiApp, wired: HubRoutes): void {
  app.openapi(refreshDocument, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'servers:write')
    const { id } = context.req.valid('param')
    const changed = await wired.servers.refreshDocument(principal, id)
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
