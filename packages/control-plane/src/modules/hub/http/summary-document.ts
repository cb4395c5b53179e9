import { showAmount } from '@mcp-orchestra/api/money'
import { combineHealth, slowest } from '../health.ts'
import type { ServerFigures } from '../observations.ts'

/** What a list says of one server beside its document, on the wire. */
export function summaryDocument(serverId: string, figures: ServerFigures) {
  const views = figures.health.get(serverId) ?? []
  const { state, reason } = combineHealth(views)
  const toolCount = figures.toolCounts.get(serverId) ?? 0
  const prices = figures.prices.get(serverId)
  return {
    health: state,
    reason,
    latencyMsP50: slowest(views, 'latencyMsP50'),
    latencyMsP99: slowest(views, 'latencyMsP99'),
    toolCount,
    pricedToolCount: prices?.pricedToolCount ?? 0,
    ...rangeOf(prices, toolCount),
  }
}

function rangeOf(prices: ReturnType<ServerFigures['prices']['get']>, toolCount: number) {
  if (prices === undefined) return { priceFrom: null, priceTo: null }
  // A tool without a price is free.
  const least = toolCount > prices.toolCount ? { ...prices.least, amount: 0n } : prices.least
  return { priceFrom: showAmount(least), priceTo: showAmount(prices.most) }
}
