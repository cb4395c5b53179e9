import type { HealthStatus, MCPConnection, Price, Server, Tool } from '@mcp-orchestra/sdk'
import type { Output } from '../output.ts'

/** Servers as a table. */
export function showServers(servers: readonly Server[], output: Output): void {
  output.table(
    ['ALIAS', 'STATUS', 'PROTOCOL', 'NAME', 'ENDPOINT'],
    servers.map((server) => [
      server.alias,
      server.status,
      protocolOf(server),
      server.name,
      server.endpoint,
    ]),
  )
}

/** One server, its tools and what they cost. */
export function showConnection(
  shown: MCPConnection & { tools: readonly Tool[]; prices: readonly Price[] },
  output: Output,
): void {
  const { style } = output
  output.line(`${style.bold(shown.alias)}  ${shown.name}  ${style.dim(shown.id)}`)
  output.line(`${shown.status}, ${protocolOf(shown)}`)
  output.line(style.accent(shown.endpoint))
  output.line('')
  output.table(
    ['TOOL', 'PRICE', 'DESCRIPTION'],
    shown.tools.map((tool) => [tool.name, priceOf(tool, shown.prices), summary(tool)]),
  )
}

/** The tools of a server, and why one is kept out of merged lists. */
export function showTools(tools: readonly Tool[], output: Output): void {
  output.table(
    ['TOOL', 'MERGED LISTS', 'DESCRIPTION'],
    tools.map((tool) => [tool.name, tool.quarantined ?? 'shown', summary(tool)]),
  )
}

/** Health, gateway by gateway. */
export function showHealth(health: HealthStatus, output: Output): void {
  const { style } = output
  const paint = health.state === 'healthy' ? style.good : style.bad
  output.line(`${paint(health.state)}${health.reason === null ? '' : `: ${health.reason}`}`)
  output.table(
    ['GATEWAY', 'STATE', 'P50', 'P99', 'SEEN'],
    health.gateways.map((gateway) => [
      gateway.gateway,
      gateway.state,
      milliseconds(gateway.latencyMsP50),
      milliseconds(gateway.latencyMsP99),
      gateway.observedAt,
    ]),
  )
}

function protocolOf(server: Pick<Server, 'protocol'> & { revision?: string | null }): string {
  if (server.protocol === null) return 'unknown yet'
  return server.revision === null || server.revision === undefined
    ? server.protocol
    : `${server.protocol} (${server.revision})`
}

/** The first sentence is what a table has room for. */
const SUMMARY_CHARS_MAX = 60

function summary({ description }: Tool): string {
  const [first = ''] = (description ?? '').split('\n')
  return first.length > SUMMARY_CHARS_MAX ? `${first.slice(0, SUMMARY_CHARS_MAX - 1)}…` : first
}

function priceOf({ name }: Tool, prices: readonly Price[]): string {
  const newest = prices.toSorted((a, b) => b.version - a.version)
  const inForce =
    newest.find((price) => price.tool === name) ?? newest.find((price) => price.tool === '*')
  if (inForce?.metered) return `up to ${inForce.metered.maximum.display}`
  return inForce === undefined || inForce.price.amount === '0' ? 'free' : inForce.price.display
}

function milliseconds(value: number | null): string {
  return value === null ? '' : `${value.toFixed(1)} ms`
}
