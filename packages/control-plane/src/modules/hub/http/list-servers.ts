import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { listServers } from '@mcp-orchestra/api/routes/hub'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import { showServers, type HubRoutes } from './wired.ts'

/** GET /v1/servers */
export function mountListServers(app: ApiApp, wired: HubRoutes): void {
  app.openapi(listServers, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'servers:read')
    const { cursor, limit } = context.req.valid('query')
    const page = { before: idCursor('srv', cursor), limit: limit + 1 }
    const documents = await showServers(wired, principal, await wired.servers.list(principal, page))
    return context.json(
      pageFrom(
        documents,
        limit,
        ({ id }) => id,
        (server) => server,
      ),
      200,
    )
  })
}
