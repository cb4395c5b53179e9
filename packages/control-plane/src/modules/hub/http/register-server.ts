import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { registerServer } from '@mcp-orchestra/api/routes/hub'
import { ServerLimits } from '@mcp-orchestra/api/snapshot'
import { showServer, type HubRoutes } from './wired.ts'

/** POST /v1/servers */
export function mountRegisterServer(app: ApiApp, wired: HubRoutes): void {
  app.openapi(registerServer, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'servers:write')
    const { name, limits, organizationId, ...wish } = context.req.valid('json')
    const changed = await wired.servers.register(principal, {
      ...wish,
      name: name ?? wish.alias,
      limits: ServerLimits.parse(limits),
      organizationId,
    })
    return context.json(
      {
        server: await showServer(wired, principal, changed.server),
        snapshotVersion: changed.snapshotVersion,
        pendingGateways: [...changed.pendingGateways],
      },
      201,
    )
  })
}
