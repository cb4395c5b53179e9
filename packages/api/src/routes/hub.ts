import { createRoute, z } from '@hono/zod-openapi'
import { Era, HttpTransport, ServerEntity, ServerLimits, StdioTransport } from '../snapshot.ts'
import { AmountDocument } from '../money.ts'
import { answer, body, guarded, orNull, refusals } from './answer.ts'
import { IssuedKeyDocument, NAME_CHARS_MAX } from './identity.ts'
import { Applied } from './mutation.ts'
import { pageOf, PageQuery } from './page.ts'
import { bearer } from './security.ts'
import { UpstreamAuthDocument } from './upstream-auth.ts'
import { OpenApiTransportWish } from './openapi.ts'

const TAGS = ['hub']

/** Path parameter of one MCP server: its id, or its alias. */
export const ServerPath = z.object({
  id: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .openapi({ description: 'The id or the alias of a server.' }),
})

/** How a server is reached, as its owner may see it: every header and variable value is redacted. */
const TransportDocument = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('http'),
      url: z.string(),
      headers: z.record(z.string(), z.string()),
    }),
    z.object({
      kind: z.literal('stdio'),
      command: z.string(),
      args: z.array(z.string()),
      env: z.record(z.string(), z.string()),
      cwd: z.string().optional(),
    }),
    z.object({
      kind: z.literal('openapi'),
      baseUrl: z.string(),
      headers: z.record(z.string(), z.string()),
      credentials: z.record(z.string(), z.string()),
      documentUrl: z.string().optional(),
      allow: z.array(z.string()).openapi({ description: 'The operations that are offered.' }),
    }),
  ])
  .openapi('ServerTransport')

const HealthState = z.enum(['unknown', 'healthy', 'degraded', 'down'])

const LimitsDocument = z
  .object({
    callTimeoutMs: z.int(),
    resultBytesMax: z.int(),
    concurrentCallsMax: z.int(),
  })
  .openapi('ServerLimits')

/** A registered MCP server. */
export const ServerDocument = z
  .object({
    id: z.string(),
    alias: z.string(),
    name: z.string(),
    organizationId: z.string(),
    endpoint: z.url().openapi({ description: 'Where an MCP client connects to it.' }),
    enabled: z.boolean(),
    status: z.enum(['active', 'inactive', 'maintenance']).openapi({
      description: 'inactive: switched off; maintenance: on, but no gateway reaches it.',
    }),
    era: Era,
    protocol: z.enum(['MCP-v1', 'MCP-v2']).nullable().openapi({
      description: 'MCP-v1: legacy era; MCP-v2: modern era; null until it was reached.',
    }),
    revision: z.string().nullable().openapi({ example: '2025-11-25' }),
    visibility: z.enum(['organization', 'everyone']),
    transport: orNull(TransportDocument),
    upstreamAuth: orNull(UpstreamAuthDocument).openapi({
      description: 'How tokens for it are got; null for whoever may not change it.',
    }),
    limits: LimitsDocument,
    announcePrices: z.boolean(),
    chargeToolErrors: z.boolean(),
    createdAt: z.iso.datetime(),
  })
  .openapi('Server')

/** What a list says of each server beside its document, so that nobody asks for each one. */
const ServerSummary = z
  .object({
    health: HealthState,
    reason: z.string().nullable(),
    latencyMsP50: z.number().nullable().openapi({
      description: 'Of the slowest gateway, last five minutes; null without calls in them.',
    }),
    latencyMsP99: z.number().nullable(),
    toolCount: z.int().openapi({ description: 'Tools as last listed; 0 until they were.' }),
    pricedToolCount: z.int().openapi({ description: 'Tools with a price above zero in force.' }),
    priceFrom: orNull(AmountDocument).openapi({
      description:
        'The cheapest tool, per call; null when none has a price. A tool without is free.',
    }),
    priceTo: orNull(AmountDocument),
  })
  .openapi('ServerSummary')

const ListedServer = ServerDocument.extend({ summary: ServerSummary }).openapi('ListedServer')

/** What one gateway saw of a server. */
export const HealthDocument = z
  .object({
    serverId: z.string(),
    state: HealthState,
    reason: z.string().nullable(),
    protocol: z.enum(['MCP-v1', 'MCP-v2']).nullable(),
    revision: z.string().nullable(),
    gateways: z.array(
      z.object({
        gateway: z.string(),
        state: HealthState,
        reason: z.string().nullable(),
        latencyMsP50: z.number().nullable(),
        latencyMsP99: z.number().nullable(),
        observedAt: z.iso.datetime(),
      }),
    ),
  })
  .openapi('ServerHealth')

/** A tool as it was last listed by the server. */
export const ToolDocument = z
  .object({
    name: z.string(),
    title: z.string().nullable(),
    description: z.string().nullable(),
    readOnlyHint: z.boolean().nullable(),
    destructiveHint: z.boolean().nullable(),
    idempotentHint: z.boolean().nullable(),
    openWorldHint: z.boolean().nullable(),
    inputSchema: z.unknown().openapi({ type: 'object' }),
    definitionHash: z.string(),
    quarantined: z.string().nullable().openapi({
      description:
        'Why the endpoints over many servers neither show nor call it; null when they do. At the endpoint of its own server it is always there.',
    }),
    observedAt: z.iso.datetime(),
  })
  .openapi('Tool')

const RegisterBody = z
  .object({
    alias: ServerEntity.shape.alias.describe(
      'Its name in URLs: lower-case letters, digits and hyphens; unique on the platform.',
    ),
    name: z.string().trim().min(1).max(NAME_CHARS_MAX).optional(),
    transport: z.discriminatedUnion('kind', [HttpTransport, StdioTransport, OpenApiTransportWish]),
    organizationId: z
      .string()
      .max(40)
      .optional()
      .openapi({ description: 'Whose it shall be; only operators may name another organization.' }),
    era: Era.default('auto'),
    enabled: z.boolean().default(true),
    visibility: z.enum(['organization', 'everyone']).default('organization'),
    limits: ServerLimits.partial().default({}),
    announcePrices: z.boolean().default(true),
    chargeToolErrors: z.boolean().default(false),
  })
  .strict()
  .openapi('RegisterServer')

/** A server after a change. */
export const ChangedServer = Applied.extend({ server: ServerDocument }).openapi('ChangedServer')

/** Servers that the caller may see: its organization's, and those open to everyone. */
export const listServers = createRoute({
  method: 'get',
  path: '/v1/servers',
  operationId: 'listServers',
  tags: TAGS,
  summary: 'MCP servers that I may see',
  security: bearer,
  request: { query: PageQuery },
  responses: {
    200: answer(pageOf(ListedServer).openapi('ServerPage'), 'A page of servers.'),
    ...guarded,
  },
})

/** Registers a server; connected gateways serve it before this answers. */
export const registerServer = createRoute({
  method: 'post',
  path: '/v1/servers',
  operationId: 'registerServer',
  tags: TAGS,
  summary: 'Register an MCP server',
  security: bearer,
  request: { body: body(RegisterBody) },
  responses: {
    201: answer(ChangedServer, 'The server.'),
    ...guarded,
    ...refusals(409, 413, 415, 422),
  },
})

/** One server. */
export const getServer = createRoute({
  method: 'get',
  path: '/v1/servers/{id}',
  operationId: 'getServer',
  tags: TAGS,
  summary: 'One MCP server',
  security: bearer,
  request: { params: ServerPath },
  responses: { 200: answer(ServerDocument, 'The server.'), ...guarded, ...refusals(404) },
})

/** Removes a server; its usage and prices stay in the books. */
export const removeServer = createRoute({
  method: 'delete',
  path: '/v1/servers/{id}',
  operationId: 'removeServer',
  tags: TAGS,
  summary: 'Remove an MCP server',
  security: bearer,
  request: { params: ServerPath },
  responses: {
    200: answer(Applied.extend({ id: z.string() }).openapi('RemovedServer'), 'Removed.'),
    ...guarded,
    ...refusals(404),
  },
})

/** Switches a server on or off; off aborts its running calls. */
export const setServerState = createRoute({
  method: 'post',
  path: '/v1/servers/{id}/state',
  operationId: 'setServerState',
  tags: TAGS,
  summary: 'Switch an MCP server on or off',
  security: bearer,
  request: {
    params: ServerPath,
    body: body(
      z
        .object({ action: z.enum(['on', 'off']) })
        .strict()
        .openapi('SetServerState'),
    ),
  },
  responses: {
    200: answer(ChangedServer, 'The server as it is now.'),
    ...guarded,
    ...refusals(404, 413, 415),
  },
})

/** Health as the gateways report it; `probe` makes them look now and waits up to ten seconds. */
export const getServerHealth = createRoute({
  method: 'get',
  path: '/v1/servers/{id}/health',
  operationId: 'getServerHealth',
  tags: TAGS,
  summary: 'Health of an MCP server',
  security: bearer,
  request: {
    params: ServerPath,
    query: z.object({
      probe: z.enum(['true', 'false']).default('false').openapi({
        description: 'true: connected gateways look now; the answer waits up to 10 s.',
      }),
    }),
  },
  responses: { 200: answer(HealthDocument, 'The health.'), ...guarded, ...refusals(404) },
})

/** The server's tools as last listed. */
export const listServerTools = createRoute({
  method: 'get',
  path: '/v1/servers/{id}/tools',
  operationId: 'listServerTools',
  tags: TAGS,
  summary: 'Tools of an MCP server, as last listed',
  security: bearer,
  request: { params: ServerPath, query: PageQuery },
  responses: {
    200: answer(pageOf(ToolDocument).openapi('ToolPage'), 'A page of tools, by name.'),
    ...guarded,
    ...refusals(404),
  },
})

/** A key for one server that lives five minutes: for a console or a script that calls tools itself. */
export const createCallKey = createRoute({
  method: 'post',
  path: '/v1/servers/{id}/call-keys',
  operationId: 'createCallKey',
  tags: TAGS,
  summary: 'A key for this server that lives five minutes',
  security: bearer,
  request: { params: ServerPath },
  responses: {
    201: answer(
      IssuedKeyDocument.extend({ endpoint: z.url() }).openapi('CallKey'),
      'The key, its secret, and where to use it.',
    ),
    ...guarded,
    ...refusals(404, 409),
  },
})
