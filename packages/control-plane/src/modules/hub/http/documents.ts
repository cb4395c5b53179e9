import { toRfc3339 } from '@mcp-orchestra/kernel'
import { combineHealth, type GatewayHealth } from '../health.ts'
import type { Server } from '../server.ts'
import type { Tool } from '../tool.ts'
import { upstreamAuthDocument } from './connection-document.ts'

/** Stands for every value of a header or a variable: that it is set may be known, not what it is. */
const REDACTED = '[redacted]'

/** Where an MCP client connects to one server. */
export function endpointOf(gatewayUrl: string, alias: string): string {
  return new URL(`/s/${alias}/mcp`, gatewayUrl).href
}

/** A server on the wire; how it is reached only for who may change it, and never a secret. */
export function serverDocument(
  server: Server,
  view: {
    gatewayUrl: string
    redirectUri: string
    mayChange: boolean
    health: readonly GatewayHealth[]
  },
) {
  const { state, protocol, revision } = combineHealth(view.health)
  const status: 'active' | 'inactive' | 'maintenance' = !server.enabled
    ? 'inactive'
    : state === 'down'
      ? 'maintenance'
      : 'active'
  return {
    id: server.id,
    alias: server.alias,
    name: server.name,
    organizationId: server.organizationId,
    endpoint: endpointOf(view.gatewayUrl, server.alias),
    enabled: server.enabled,
    status,
    era: server.era,
    protocol,
    revision,
    visibility: server.visibility,
    transport: view.mayChange ? transportDocument(server.transport) : null,
    upstreamAuth: view.mayChange
      ? upstreamAuthDocument(server.upstreamAuth, view.redirectUri)
      : null,
    limits: { ...server.limits },
    announcePrices: server.announcePrices,
    chargeToolErrors: server.chargeToolErrors,
    createdAt: toRfc3339(server.createdAt),
  }
}

/** Health on the wire. */
export function healthDocument(server: Server, views: readonly GatewayHealth[]) {
  return {
    serverId: server.id,
    ...combineHealth(views),
    gateways: views.map((view) => ({
      gateway: view.gateway,
      state: view.state,
      reason: view.reason,
      latencyMsP50: view.latencyMsP50,
      latencyMsP99: view.latencyMsP99,
      observedAt: toRfc3339(view.observedAt),
    })),
  }
}

/** A tool on the wire. */
export function toolDocument(tool: Tool) {
  const { inputSchema, observedAt, ...shown } = tool
  const schema: unknown = inputSchema === null ? null : JSON.parse(inputSchema)
  return { ...shown, inputSchema: schema, observedAt: toRfc3339(observedAt) }
}

function transportDocument(transport: Server['transport']) {
  if (transport.kind === 'http') {
    return { kind: transport.kind, url: transport.url, headers: redact(transport.headers) }
  }
  if (transport.kind === 'openapi') {
    const { kind, baseUrl, headers, credentials, documentUrl, allow } = transport
    return {
      kind,
      baseUrl,
      headers: redact(headers),
      credentials: redact(credentials),
      ...(documentUrl === undefined ? {} : { documentUrl }),
      allow: [...allow],
    }
  }
  const { kind, command, args, env, cwd } = transport
  return { kind, command, args: [...args], env: redact(env), ...(cwd === undefined ? {} : { cwd }) }
}

function redact(entries: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(entries).map((name) => [name, REDACTED]))
}
