import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { mountGetUsageEvent } from './get-usage-event.ts'
import { mountMeters } from './meters.ts'
import { mountListPrices } from './list-prices.ts'
import { mountListUsage } from './list-usage.ts'
import { mountSetToolPrice } from './set-tool-price.ts'
import { mountSumUsage } from './sum-usage.ts'
import { mountStreamUsage } from './stream-usage.ts'
import type { MeteringRoutes } from './wired.ts'

/** Mounts every route of metering. */
export function mountMetering(app: ApiApp, wired: MeteringRoutes): void {
  mountSetToolPrice(app, wired)
  mountListPrices(app, wired)
  mountListUsage(app, wired)
  mountSumUsage(app, wired)
  // Before the route of one event, whose id could be `live`.
  mountStreamUsage(app, wired)
  mountGetUsageEvent(app, wired)
  mountMeters(app, wired)
}
