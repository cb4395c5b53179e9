import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { moneyOfUnits } from '@mcp-orchestra/api/money'
import type { MeteredPrice } from '@mcp-orchestra/api/metered-price'
import { setToolPrice, type SetPriceBody } from '@mcp-orchestra/api/routes/metering'
import { fromRfc3339, USD } from '@mcp-orchestra/kernel'
import type { z } from 'zod'
import { refuse } from '../problems.ts'
import { priceDocument } from './documents.ts'
import type { MeteringRoutes } from './wired.ts'

const FREE = { units: '0', asset: USD.id } as const

/** PUT /v1/servers/{id}/tools/{tool}/price */
export function mountSetToolPrice(app: ApiApp, wired: MeteringRoutes): void {
  app.openapi(setToolPrice, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'prices:write')
    const { id, tool } = context.req.valid('param')
    const { price: units = FREE, metered, startsAt } = context.req.valid('json')
    for (const { asset } of [units, metered?.maximum ?? FREE, metered?.leastBid ?? FREE]) {
      if (asset !== USD.id) throw refuse('metering.asset_unsupported')
    }
    const server = await wired.servers.ownedServer(principal, id)
    const { price, snapshotVersion } = await wired.metering.publishPrice(principal, {
      serverId: server.id,
      tool,
      price: moneyOfUnits(units),
      metered: metered === undefined ? undefined : inAtomicUnits(metered),
      startsAt: startsAt === undefined ? undefined : fromRfc3339(startsAt),
    })
    const applied = await wired.barrier.reached(snapshotVersion)
    return context.json(
      { ...applied, pendingGateways: [...applied.pendingGateways], price: priceDocument(price) },
      200,
    )
  })
}

type Metered = NonNullable<z.infer<typeof SetPriceBody>['metered']>

function inAtomicUnits({ maximum, leastBid, ...rest }: Metered): MeteredPrice {
  return {
    ...rest,
    maximum: moneyOfUnits(maximum).amount.toString(),
    ...(leastBid === undefined ? {} : { leastBid: moneyOfUnits(leastBid).amount.toString() }),
  }
}
