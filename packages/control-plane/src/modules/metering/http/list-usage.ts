import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { listUsage } from '@mcp-orchestra/api/routes/metering'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import { fromRfc3339 } from '@mcp-orchestra/kernel'
import { usageEventDocument } from './documents.ts'
import { whoseUsage, type MeteringRoutes } from './wired.ts'

/** GET /v1/usage */
export function mountListUsage(app: ApiApp, wired: MeteringRoutes): void {
  app.openapi(listUsage, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'usage:read')
    const query = context.req.valid('query')
    const { cursor, limit, serverId, from, to } = query
    const server =
      serverId === undefined ? undefined : await wired.servers.serverFor(principal, serverId)
    const events = await wired.metering.listUsage({
      organizationId: whoseUsage(principal, query.organizationId),
      side: query.side,
      serverId: server?.id,
      tool: query.tool,
      outcome: query.outcome,
      from: from === undefined ? undefined : fromRfc3339(from),
      to: to === undefined ? undefined : fromRfc3339(to),
      before: idCursor('evt', cursor),
      limit: limit + 1,
    })
    return context.json(
      pageFrom(events, limit, ({ id }) => id, usageEventDocument),
      200,
    )
  })
}
