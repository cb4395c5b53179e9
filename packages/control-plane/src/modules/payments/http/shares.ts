import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { showAmount } from '@mcp-orchestra/api/money'
import { distributeRevenue, listShares, publishShares } from '@mcp-orchestra/api/routes/shares'
import { fromRfc3339, money, toRfc3339 } from '@mcp-orchestra/kernel'
import type { Month } from '../../metering/index.ts'
import type { Distribution } from '../share/distribute-revenue.ts'
import type { ShareAgreement } from '../share/share-agreement.ts'
import type { PaymentsRoutes } from './wired.ts'

/** GET and PUT /v1/servers/{id}/shares, POST /v1/servers/{id}/distributions */
export function mountShares(app: ApiApp, wired: PaymentsRoutes): void {
  const { shares } = wired.payments
  app.openapi(listShares, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'servers:read')
    const versions = await shares.list(principal, context.req.valid('param').id)
    return context.json({ items: versions.map(agreementDocument) }, 200)
  })
  app.openapi(publishShares, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'prices:write')
    const { parties, startsAt } = context.req.valid('json')
    const agreement = await shares.publish(principal, {
      serverId: context.req.valid('param').id,
      parties,
      startsAt: startsAt === undefined ? undefined : fromRfc3339(startsAt),
    })
    return context.json(agreementDocument(agreement), 200)
  })
  app.openapi(distributeRevenue, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'prices:write')
    const distribution = await shares.distribute(principal, {
      serverId: context.req.valid('param').id,
      month: context.req.valid('json').month as Month,
    })
    return context.json(distributionDocument(distribution), 200)
  })
}

/** A distribution on the wire. */
function distributionDocument({ asset, parts, ...rest }: Distribution) {
  const show = (amount: bigint) => showAmount(money(amount, asset))
  return {
    serverId: rest.serverId,
    month: rest.month,
    gross: show(rest.gross),
    refunded: show(rest.refunded),
    net: show(rest.net),
    fee: show(rest.fee),
    parts: parts.map(({ amount, ...whose }) => ({ ...whose, amount: show(amount) })),
  }
}

/** An agreement on the wire. */
function agreementDocument({ publishedAt, startsAt, parties, ...rest }: ShareAgreement) {
  return {
    ...rest,
    publishedAt: toRfc3339(publishedAt),
    startsAt: toRfc3339(startsAt),
    parties: parties.map((party) => ({ ...party })),
  }
}
