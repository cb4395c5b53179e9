import type { HealthStatus, Server, ServerTransport } from './documents.ts'

/**
 * A server as the seed's `MCPConnection` describes it. Strict where the seed is loose: `protocol` and
 * `status` are what the gateways observed, credentials are named and never shown.
 */
export type MCPConnection = {
  readonly id: string
  readonly name: string
  /** Its name in URLs. */
  readonly alias: string
  /** Where an MCP client connects. */
  readonly endpoint: string
  /** `MCP-v1`: legacy era (… 2025-11-25); `MCP-v2`: modern (2026-07-28 …); null until it was reached. */
  readonly protocol: 'MCP-v1' | 'MCP-v2' | null
  readonly status: 'active' | 'inactive' | 'maintenance'
  /** Names of the headers, variables or security schemes that hold its secrets; null for who does not own it. */
  readonly credentials: readonly string[] | null
  readonly metrics: HealthStatus
}

/** Joins a server's document and its health. */
export function connectionOf(server: Server, metrics: HealthStatus): MCPConnection {
  const { id, name, alias, endpoint, protocol, status, transport } = server
  return {
    id,
    name,
    alias,
    endpoint,
    protocol,
    status,
    credentials: secretNames(transport),
    metrics,
  }
}

function secretNames(transport: ServerTransport | null): readonly string[] | null {
  if (transport === null) return null
  if (transport.kind === 'stdio') return Object.keys(transport.env)
  const credentials = transport.kind === 'openapi' ? Object.keys(transport.credentials) : []
  return [...Object.keys(transport.headers), ...credentials]
}
