import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { showAmount } from '@mcp-orchestra/api/money'
import { sumUsage } from '@mcp-orchestra/api/routes/metering'
import { pageFrom } from '@mcp-orchestra/api/routes/page'
import { money } from '@mcp-orchestra/kernel'
import type { UsageSum } from '../ports.ts'
import type { Month } from '../usage-total.ts'
import { readSumCursor, writeSumCursor } from './sum-cursor.ts'
import { whoseUsage, type MeteringRoutes } from './wired.ts'

/** GET /v1/usage-sums */
export function mountSumUsage(app: ApiApp, wired: MeteringRoutes): void {
  app.openapi(sumUsage, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'usage:read')
    const query = context.req.valid('query')
    const { cursor, limit, serverId, from, to } = query
    const server =
      serverId === undefined ? undefined : await wired.servers.serverFor(principal, serverId)
    const sums = await wired.metering.sumUsage({
      organizationId: whoseUsage(principal, query.organizationId),
      side: query.side,
      serverId: server?.id,
      tool: query.tool,
      from: from as Month | undefined,
      to: to as Month | undefined,
      after: readSumCursor(cursor),
      limit: limit + 1,
    })
    return context.json(pageFrom(sums, limit, writeSumCursor, sumDocument), 200)
  })
}

function sumDocument({ month, serverId, tool, calls, posted, asset }: UsageSum) {
  return {
    month,
    serverId,
    tool,
    calls: calls.toString(),
    amount: showAmount(money(posted, asset)),
  }
}
