import { LINK_PATHS, SnapshotAcknowledgement } from '@mcp-orchestra/api/gateway-link'
import type { AuthenticateGateway } from '@mcp-orchestra/api/gateway-principal'
import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { z } from 'zod'
import type { SnapshotPublisher } from './publisher.ts'

const SnapshotQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  incarnation: z.string().min(1).max(40),
})

/** Mounts the gateway link's snapshot part: the stream, acknowledgements, and the head. */
export function mountSnapshot(
  app: ApiApp,
  deps: {
    readonly authenticateGateway: AuthenticateGateway
    readonly publisher: SnapshotPublisher
  },
): void {
  const { authenticateGateway, publisher } = deps

  app.get(LINK_PATHS.snapshot, async (context) => {
    const { gateway } = await authenticateGateway(context.req.raw)
    const query = SnapshotQuery.parse(context.req.query())
    const stream = publisher.connect({
      gateway,
      incarnationId: query.incarnation,
      after: query.after,
    })
    return new Response(stream, { headers: { 'content-type': 'application/x-ndjson' } })
  })

  app.post(LINK_PATHS.acknowledge, async (context) => {
    const { gateway } = await authenticateGateway(context.req.raw)
    const { incarnationId, version } = SnapshotAcknowledgement.parse(await context.req.json())
    publisher.acknowledge({ gateway, incarnationId, version })
    return context.body(null, 204)
  })

  app.get(LINK_PATHS.head, async (context) => {
    await authenticateGateway(context.req.raw)
    return context.json(await publisher.head())
  })
}
