import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { listServerTools } from '@mcp-orchestra/api/routes/hub'
import { pageFrom } from '@mcp-orchestra/api/routes/page'
import { toolDocument } from './documents.ts'
import type { HubRoutes } from './wired.ts'

/** GET /v1/servers/{id}/tools; the cursor is the last name, in base64url. */
export function mountListServerTools(app: ApiApp, wired: HubRoutes): void {
  app.openapi(listServerTools, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'servers:read')
    const server = await wired.servers.visible(principal, context.req.valid('param').id)
    const { cursor, limit } = context.req.valid('query')
    const after =
      cursor === undefined
        ? undefined
        : Buffer.from(cursor, 'base64url').toString('utf8').replaceAll('\0', '')
    const tools = await wired.observations.tools(server.id, { after, limit: limit + 1 })
    const cursorOf = ({ name }: { name: string }) => Buffer.from(name, 'utf8').toString('base64url')
    return context.json(pageFrom(tools, limit, cursorOf, toolDocument), 200)
  })
}
