import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import { listCaps } from '@mcp-orchestra/api/routes/payments'
import { capDocument } from './documents.ts'
import type { PaymentsRoutes } from './wired.ts'

/** GET /v1/caps */
export function mountListCaps(app: ApiApp, wired: PaymentsRoutes): void {
  app.openapi(listCaps, async (context) => {
    const { organizationId } = await wired.authorize(context.req.raw, 'balance:read')
    const { cursor, limit } = context.req.valid('query')
    const query = { organizationId, before: idCursor('cap', cursor), limit: limit + 1 }
    const caps = await wired.payments.listCaps(query)
    return context.json(
      pageFrom(caps, limit, ({ id }) => id, capDocument),
      200,
    )
  })
}
