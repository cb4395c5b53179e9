import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { listPrices } from '@mcp-orchestra/api/routes/metering'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import { priceDocument } from './documents.ts'
import type { MeteringRoutes } from './wired.ts'

/** GET /v1/servers/{id}/prices */
export function mountListPrices(app: ApiApp, wired: MeteringRoutes): void {
  app.openapi(listPrices, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'servers:read')
    const { cursor, limit, tool, current } = context.req.valid('query')
    const server = await wired.servers.serverFor(principal, context.req.valid('param').id)
    const before = idCursor('prc', cursor)
    const prices = await wired.metering.listPrices({
      serverId: server.id,
      tool,
      inForceAt: current ? wired.clock.now() : undefined,
      before,
      limit: limit + 1,
    })
    return context.json(
      pageFrom(prices, limit, ({ id }) => id, priceDocument),
      200,
    )
  })
}
