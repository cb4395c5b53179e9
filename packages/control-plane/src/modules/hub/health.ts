import type { Instant } from '@mcp-orchestra/kernel'

/** How a server does, as one gateway sees it. */
export type HealthState = 'unknown' | 'healthy' | 'degraded' | 'down'

/** What one gateway last said of one server. */
export type GatewayHealth = {
  readonly gateway: string
  readonly incarnationId: string
  readonly state: HealthState
  readonly era: 'legacy' | 'modern' | null
  readonly revision: string | null
  readonly reason: string | null
  readonly latencyMsP50: number | null
  readonly latencyMsP99: number | null
  readonly observedAt: Instant
}

/** All gateways' views of one server in one. */
export type Health = {
  readonly state: HealthState
  readonly reason: string | null
  readonly protocol: 'MCP-v1' | 'MCP-v2' | null
  readonly revision: string | null
}

/** The latency of the slowest gateway in ms, as a caller may meet it; null where no gateway has measured. */
export function slowest(
  views: readonly GatewayHealth[],
  quantile: 'latencyMsP50' | 'latencyMsP99',
): number | null {
  const known = views.map((view) => view[quantile]).filter((ms) => ms !== null)
  return known.length === 0 ? null : Math.max(...known)
}

/**
 * The whole from the parts: the best that any gateway sees, because calls go where they succeed; worse
 * elsewhere makes it degraded. The seed calls the legacy era MCP-v1 and the modern one MCP-v2.
 */
export function combineHealth(views: readonly GatewayHealth[]): Health {
  const newestFirst = views.toSorted((a, b) => b.observedAt - a.observedAt)
  const known = newestFirst.filter(({ state }) => state !== 'unknown')
  const reached = newestFirst.find(({ era }) => era !== null)
  const worst = known.find(({ state }) => state === 'down' || state === 'degraded')
  const serving = known.some(({ state }) => state === 'healthy' || state === 'degraded')
  let state: HealthState = 'unknown'
  if (known.length > 0) state = serving ? (worst === undefined ? 'healthy' : 'degraded') : 'down'
  return {
    state,
    reason: worst?.reason ?? null,
    protocol: reached === undefined ? null : reached.era === 'legacy' ? 'MCP-v1' : 'MCP-v2',
    revision: reached?.revision ?? null,
  }
}
