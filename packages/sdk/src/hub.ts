import type { Api } from './api.ts'
import { connectionOf, type MCPConnection } from './connection.ts'
import { createConnections, type Connections } from './connections.ts'
import type { CallOptions } from './deadline.ts'
import type {
  HealthStatus,
  ListedServer,
  OpenApiPreview,
  Server,
  Tool,
  UpstreamAuth,
} from './documents.ts'
import type { MCPRequest, MCPResponse } from './mcp/request.ts'
import type { Router } from './mcp/router.ts'
import { listOf, type List, type PageOptions } from './pages.ts'

/** Where an OpenAPI document is: its text (JSON or YAML), or an address that the platform reads it from. */
export type OpenApiSource =
  | { readonly document: string; readonly documentUrl?: never }
  | { readonly documentUrl: string; readonly document?: never }

/** A REST API that becomes a server: its operations become tools. */
export type OpenApiConfig = OpenApiSource & {
  readonly kind: 'openapi'
  /** Where the API is; absent: the first server of the document. */
  readonly baseUrl?: string
  /** Sent with every request. */
  readonly headers?: Record<string, string>
  /** By security scheme of the document: an API key, a bearer token, or `user:password`. */
  readonly credentials?: Record<string, string>
  /** The operations to offer, by operationId or `METHOD /path`; absent: all that there are now. */
  readonly allow?: readonly string[]
}

/** What to register: the seed's `MCPConfig`, with the transport spelled out. */
export type MCPConfig = {
  /** Its name in URLs: lower-case letters, digits and hyphens, unique on the platform. */
  readonly alias: string
  readonly name?: string
  readonly transport:
    | { readonly kind: 'http'; readonly url: string; readonly headers?: Record<string, string> }
    | {
        readonly kind: 'stdio'
        readonly command: string
        readonly args?: readonly string[]
        readonly env?: Record<string, string>
        readonly cwd?: string
      }
    | OpenApiConfig
  /** Absent: the gateway finds out. */
  readonly protocol?: 'MCP-v1' | 'MCP-v2'
  readonly visibility?: 'organization' | 'everyone'
  readonly limits?: {
    callTimeoutMs?: number
    resultBytesMax?: number
    concurrentCallsMax?: number
  }
  readonly announcePrices?: boolean
  readonly chargeToolErrors?: boolean
  /** Operators only: whose server it is; absent: the caller's own organization's. */
  readonly organizationId?: string
}

/** What shall be different of a server; what is absent stays. */
export type MCPChange = {
  readonly name?: string
  /**
   * Null in place of a value keeps the one it has, while the address stays on its origin (or the program on its
   * command line); a name that is left out is removed.
   */
  readonly transport?:
    | {
        readonly kind: 'http'
        readonly url: string
        readonly headers?: Readonly<Record<string, string | null>>
      }
    | {
        readonly kind: 'stdio'
        readonly command: string
        readonly args?: readonly string[]
        readonly env?: Readonly<Record<string, string | null>>
        readonly cwd?: string
      }
    | {
        readonly kind: 'openapi'
        /** Another document, or another address of one; absent: the one that it has. */
        readonly document?: string
        readonly documentUrl?: string
        /** Absent: where it is now. */
        readonly baseUrl?: string
        readonly headers?: Readonly<Record<string, string | null>>
        readonly credentials?: Readonly<Record<string, string | null>>
        /** Absent: the operations that are offered now. */
        readonly allow?: readonly string[]
      }
  readonly protocol?: 'MCP-v1' | 'MCP-v2' | 'auto'
  readonly visibility?: 'organization' | 'everyone'
  readonly limits?: Readonly<NonNullable<MCPConfig['limits']>>
  readonly announcePrices?: boolean
  /** How tokens for it are got; replaces what was there, and ends every connection. */
  readonly upstreamAuth?: UpstreamAuth
}

/** What a change that gateways must know resolves with: who has not applied it yet (nobody, as a rule). */
export type Applied = { readonly snapshotVersion: number; readonly pendingGateways: string[] }

/** `orchestra.hub`: MCP servers, and calls to them (seed: `MCPConnectionHub`). */
export type Hub = {
  /** Accounts at servers behind the gateway. */
  readonly connections: Connections
  registerMCP(config: MCPConfig, options?: CallOptions): Promise<MCPConnection>
  /** Changes what is named and leaves the rest: gateways have it before this resolves. */
  updateMCP(
    id: string,
    change: MCPChange,
    options?: CallOptions,
  ): Promise<Applied & { server: Server }>
  /** What an OpenAPI document would become; nothing is kept. `credentials` and `headers` are names. */
  previewOpenApi(
    source: OpenApiSource & {
      readonly credentials?: readonly string[]
      readonly headers?: readonly string[]
    },
    options?: CallOptions,
  ): Promise<OpenApiPreview>
  /** Reads the document of a REST API again from its address: it offers nothing that it did not. */
  refreshDocument(id: string, options?: CallOptions): Promise<Applied & { server: Server }>
  /** Switches a server on or off; off aborts its running calls. `id` may be the alias, here and below. */
  manageConnection(id: string, action: 'on' | 'off', options?: CallOptions): Promise<Applied>
  /** Calls a server through the gateway and pays for it; see {@link MCPRequest} for retries and limits. */
  routeRequest(request: MCPRequest, options?: CallOptions): Promise<MCPResponse>
  /** Health as the gateways report it; with `probe` they look now. */
  monitorHealth(id: string, options?: CallOptions & { probe?: boolean }): Promise<HealthStatus>
  /** A server with its health, as the seed's `MCPConnection`. */
  connection(id: string, options?: CallOptions): Promise<MCPConnection>
  /** With a summary of each: one request a page says all that a list shows. */
  listServers(options?: PageOptions): List<ListedServer>
  getServer(id: string, options?: CallOptions): Promise<Server>
  removeServer(id: string, options?: CallOptions): Promise<Applied>
  /** The server's tools as last listed by it. */
  listTools(id: string, options?: PageOptions): List<Tool>
}

/** Makes `orchestra.hub`. */
export function createHub(api: Api, router: Router): Hub {
  const getServer: Hub['getServer'] = (id, options) =>
    api.send(options, (client, signal) =>
      client.GET('/v1/servers/{id}', { params: { path: { id } }, signal }),
    )
  const monitorHealth: Hub['monitorHealth'] = (id, options = {}) =>
    api.send(options, (client, signal) =>
      client.GET('/v1/servers/{id}/health', {
        params: { path: { id }, query: options.probe === true ? { probe: 'true' } : {} },
        signal,
      }),
    )
  return {
    connections: createConnections(api),
    getServer,
    monitorHealth,
    async registerMCP({ protocol, ...config }, options) {
      const { server } = await api.send(options, (client, signal) =>
        client.POST('/v1/servers', { body: bodyOf(config, protocol), signal }),
      )
      return connectionOf(server, await monitorHealth(server.id, options))
    },
    updateMCP: (id, { protocol, transport, ...change }, options) =>
      api.send(options, (client, signal) =>
        client.PATCH('/v1/servers/{id}', {
          params: { path: { id } },
          body: {
            ...change,
            ...(protocol === undefined ? {} : { era: ERA_OF[protocol] }),
            ...(transport === undefined ? {} : { transport: spelledOut(transport) }),
          },
          signal,
        }),
      ),
    previewOpenApi: ({ credentials = [], headers = [], ...source }, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/openapi/preview', {
          body: { ...source, credentials: [...credentials], headers: [...headers] },
          signal,
        }),
      ),
    refreshDocument: (id, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/servers/{id}/refresh-document', { params: { path: { id } }, signal }),
      ),
    manageConnection: (id, action, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/servers/{id}/state', {
          params: { path: { id } },
          body: { action },
          signal,
        }),
      ),
    routeRequest: (request, options) => router.route(request, options ?? {}),
    async connection(id, options) {
      const server = await getServer(id, options)
      return connectionOf(server, await monitorHealth(server.id, options))
    },
    listServers: (options = {}) =>
      listOf(options, (query) =>
        api.send(options, (client, signal) =>
          client.GET('/v1/servers', { params: { query }, signal }),
        ),
      ),
    removeServer: (id, options) =>
      api.send(options, (client, signal) =>
        client.DELETE('/v1/servers/{id}', { params: { path: { id } }, signal }),
      ),
    listTools: (id, options = {}) =>
      listOf(options, (query) =>
        api.send(options, (client, signal) =>
          client.GET('/v1/servers/{id}/tools', { params: { path: { id }, query }, signal }),
        ),
      ),
  }
}

const ERA_OF = { auto: 'auto', 'MCP-v1': 'legacy', 'MCP-v2': 'modern' } as const

function bodyOf({ transport, ...config }: MCPConfig, protocol: MCPConfig['protocol']) {
  return {
    ...config,
    ...(protocol === undefined ? {} : { era: ERA_OF[protocol] }),
    transport: registered(transport),
  }
}

function registered(transport: MCPConfig['transport']) {
  switch (transport.kind) {
    case 'http':
      return transport
    case 'stdio':
      return { ...transport, args: [...(transport.args ?? [])] }
    case 'openapi': {
      const { allow, ...rest } = transport
      return { ...rest, ...(allow === undefined ? {} : { allow: [...allow] }) }
    }
  }
}

function spelledOut(transport: NonNullable<MCPChange['transport']>) {
  if (transport.kind === 'http') return { ...transport, headers: { ...transport.headers } }
  if (transport.kind === 'openapi') {
    const { allow, headers, credentials, ...rest } = transport
    return {
      ...rest,
      headers: { ...headers },
      credentials: { ...credentials },
      ...(allow === undefined ? {} : { allow: [...allow] }),
    }
  }
  return { ...transport, args: [...(transport.args ?? [])], env: { ...transport.env } }
}
