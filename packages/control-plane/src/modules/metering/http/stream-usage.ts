import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { streamUsage } from '@mcp-orchestra/api/routes/live-usage'
import { readCursor } from '../live/cursor.ts'
import { createEventStream } from './event-stream.ts'
import { whoseUsage, type MeteringRoutes } from './wired.ts'

/** GET /v1/usage/live */
export function mountStreamUsage(app: ApiApp, wired: MeteringRoutes): void {
  const { authorize, live } = wired
  app.openapi(streamUsage, async (context) => {
    const { url, headers } = context.req.raw
    const principal = await authorize(context.req.raw, 'usage:read')
    const { side, serverId, tool, outcome, organizationId: named } = context.req.valid('query')
    const organizationId = whoseUsage(principal, named)
    const server =
      serverId === undefined ? undefined : await wired.servers.serverFor(principal, serverId)
    const resumed = context.req.valid('header')['last-event-id']
    const subscription = await live.open({
      askedBy: principal.organizationId,
      filter: { organizationId, side, serverId: server?.id, tool, outcome },
      after: resumed === undefined ? undefined : (readCursor(resumed) ?? 'unreadable'),
      async check() {
        // A request of its own: who a request comes from is looked up once per request.
        const again = new Request(url, { headers })
        await authorize(again, 'usage:read')
        if (organizationId !== principal.organizationId) await authorize(again, 'platform:operate')
      },
    })
    return context.body(
      createEventStream(subscription, () => live.leave(subscription)),
      200,
      {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // Reverse proxies hold answers back to fill their buffers, unless told.
        'x-accel-buffering': 'no',
      },
    )
  })
}
