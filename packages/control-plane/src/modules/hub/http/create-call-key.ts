import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { createCallKey } from '@mcp-orchestra/api/routes/hub'
import { issuedKeyDocument } from '../../identity/index.ts'
import { endpointOf } from './documents.ts'
import type { HubRoutes } from './wired.ts'

/** POST /v1/servers/{id}/call-keys */
export function mountCreateCallKey(app: ApiApp, wired: HubRoutes): void {
  app.openapi(createCallKey, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'tools:call')
    const server = await wired.servers.visible(principal, context.req.valid('param').id)
    const issued = await wired.keys.issueCallKey(principal, server.id)
    return context.json(
      {
        ...issuedKeyDocument(issued, wired.clock.now()),
        endpoint: endpointOf(wired.gatewayUrl, server.alias),
      },
      201,
    )
  })
}
