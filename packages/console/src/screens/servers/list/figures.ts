import type { HealthStatus, Price } from '@mcp-orchestra/sdk'
import { pricesByTool } from '../../../queries/prices.ts'
import type { ServerFigures } from './server-row.ts'

/** The worst gateway's latency: what a caller may meet. */
export function healthFigures(
  health: HealthStatus | undefined,
): Pick<ServerFigures, 'health' | 'reason' | 'latencyMsP50' | 'latencyMsP99'> {
  return {
    health: health?.state ?? null,
    reason: health?.reason ?? null,
    latencyMsP50: worst(health?.gateways.map(({ latencyMsP50 }) => latencyMsP50) ?? []),
    latencyMsP99: worst(health?.gateways.map(({ latencyMsP99 }) => latencyMsP99) ?? []),
  }
}

function worst(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : Math.max(...known)
}

/** The cheapest and the dearest price in force. */
export function priceFigures(
  prices: readonly Price[],
  nowMs: number,
  toolCount: number | null,
): Pick<ServerFigures, 'priceFrom' | 'priceTo'> {
  const amounts = [...pricesByTool(prices, nowMs).values()]
    .flatMap(({ now }) => (now === undefined ? [] : [now.price]))
    .toSorted((a, b) => (BigInt(a.amount) < BigInt(b.amount) ? -1 : 1))
  const [least] = amounts
  // A tool without a price is free.
  const free = toolCount !== null && toolCount > amounts.length
  const from = least !== undefined && free ? { ...least, amount: '0' } : least
  return { priceFrom: from ?? null, priceTo: amounts.at(-1) ?? null }
}
