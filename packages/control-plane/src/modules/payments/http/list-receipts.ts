import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { idCursor, pageFrom } from '@mcp-orchestra/api/routes/page'
import { listReceipts } from '@mcp-orchestra/api/routes/receipts'
import { fromRfc3339, parseId } from '@mcp-orchestra/kernel'
import { whoseMoney, type PaymentsRoutes } from './wired.ts'

/** GET /v1/receipts */
export function mountListReceipts(app: ApiApp, wired: PaymentsRoutes): void {
  app.openapi(listReceipts, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'usage:read')
    const { organizationId, side, serverId, from, to, cursor, limit } = context.req.valid('query')
    const receipts = await wired.payments.receipts.list({
      organizationId: whoseMoney(principal, organizationId),
      side,
      serverId: serverId === undefined ? undefined : parseId('srv', serverId),
      from: from === undefined ? undefined : fromRfc3339(from),
      to: to === undefined ? undefined : fromRfc3339(to),
      before: idCursor('evt', cursor),
      limit: limit + 1,
    })
    return context.json(
      pageFrom(
        receipts,
        limit,
        ({ receipt }) => receipt.eventId,
        (receipt) => receipt,
      ),
      200,
    )
  })
}
