import { z } from 'zod'
import type { Transaction } from '@mcp-orchestra/kernel'
import { AmountText } from './amount.ts'
import { CAP_SCOPES, CAP_WINDOWS, STOP_SCOPES } from './cap-scope.ts'
import { MeteredPrice } from './metered-price.ts'
import { OPENAPI_CATALOG_CHARS_MAX } from './openapi-catalog.ts'
import { PERMISSIONS } from './permission.ts'

/** The revision eras of MCP: the seed's `MCP-v1` is legacy (… 2025-11-25), `MCP-v2` modern (2026-07-28 …). */
export const Era = z.enum(['auto', 'legacy', 'modern'])

/** An MCP server over streamable HTTP. */
export const HttpTransport = z.object({
  kind: z.literal('http'),
  url: z.url({ protocol: /^https?$/ }),
  headers: z.record(z.string(), z.string()).default({}),
})

/** A child process over stdio: it gets no shell and only the environment named here. */
export const StdioTransport = z.object({
  kind: z.literal('stdio'),
  command: z.string().min(1).max(4096),
  args: z.array(z.string().max(4096)).max(256).default([]),
  env: z.record(z.string(), z.string()).default({}),
  cwd: z.string().max(4096).optional(),
})

/** A REST API that the gateway speaks MCP for (ADR-0022). */
export const OpenApiTransport = z.object({
  kind: z.literal('openapi'),
  /** Where the paths of its operations begin. */
  baseUrl: z.url({ protocol: /^https?$/ }),
  /** Sent with every request; no argument of a caller replaces one. */
  headers: z.record(z.string(), z.string()).default({}),
  /** Values of the document's security schemes, by their names: a key, a token, or `user:password`. */
  credentials: z.record(z.string(), z.string()).default({}),
  /** Where the document was read from; absent when it was given as text. */
  documentUrl: z.string().optional(),
  /** The operations that are offered, by id or `METHOD /path`: a refresh never adds one. */
  allow: z.array(z.string()),
  /** The JSON text of an `OpenApiCatalog`; text, because lists of servers carry it without reading it. */
  catalog: z.string().max(OPENAPI_CATALOG_CHARS_MAX),
})

/** How a server is reached. */
export const Transport = z.discriminatedUnion('kind', [
  HttpTransport,
  StdioTransport,
  OpenApiTransport,
])

/** Which addresses a server may be reached at. */
export const Reach = z.enum(['open_internet', 'anywhere'])

/** Per-server bounds; the defaults are what an unattended server may cost us. */
export const ServerLimits = z.object({
  /** A call without an answer after this long is a time-out: released, and answered with 504001. */
  callTimeoutMs: z.int().min(100).max(3_600_000).default(60_000),
  /** A larger result is refused: memory and the payer's patience are both bounded. */
  resultBytesMax: z.int().min(1_024).max(1_073_741_824).default(268_435_456),
  /** More calls than this at once are refused with 503001 instead of queued without end. */
  concurrentCallsMax: z.int().min(1).max(10_000).default(256),
})

/** A server as the gateway knows it. */
export const ServerEntity = z.object({
  id: z.string(),
  alias: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/),
  name: z.string(),
  /** The publisher: who is paid. */
  organizationId: z.string(),
  enabled: z.boolean(),
  visibility: z.enum(['organization', 'everyone']),
  era: Era,
  transport: Transport,
  /** Where it may live: anywhere when an operator registered it, else not inside this network. */
  reach: Reach,
  /** Whose tokens it is called with; absent: each member's own, where one is connected. */
  credentials: z.enum(['none', 'each_member', 'service']).optional(),
  limits: ServerLimits,
  /** Whether lists carry `_meta["io.mcp-orchestra/price"]`. */
  announcePrices: z.boolean(),
  /** Whether a result with `isError` is charged: off unless the listing says so (spending §3.11). */
  chargeToolErrors: z.boolean(),
})

/** In the place of a tool's name: every tool of the server that has no price of its own. */
export const EVERY_TOOL = '*'

/** An immutable price version: the highest `version` whose start has come is in force (spending §2.7). */
export const PriceEntity = z.object({
  id: z.string(),
  serverId: z.string(),
  /** {@link EVERY_TOOL}: the default of the server's tools without a price of their own. */
  tool: z.string(),
  version: z.int().min(1),
  /** Per call, in the asset's smallest unit; zero makes the tool free again, unless it is metered. */
  amount: AmountText,
  /** What is metered besides; absent where a call costs its amount and no more. */
  metered: MeteredPrice.optional(),
  asset: z.string(),
  feeBps: z.int().min(0).max(10_000),
  startsAtMs: z.int(),
})

/** Which servers and tools; an absent `tools` means all of them. */
export const GrantRule = z.object({
  serverId: z.union([z.literal('*'), z.string()]),
  tools: z.array(z.string()).optional(),
})

/** A key as the gateway knows it: a digest, never the secret. */
export const KeyEntity = z.object({
  id: z.string(),
  /** SHA-256 of the whole key, lower-case hex. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  organizationId: z.string(),
  memberId: z.string().nullable(),
  /** Who its purchases are named by (spending §3.10): the member for a call key of minutes; the key itself when absent. */
  principalId: z.string().optional(),
  /** The first key of a row of rotations, when it is another one: what binds a key binds its successors. */
  rootId: z.string().optional(),
  /** The project and the agent that it spends for: what caps, mandates and stops may bind. */
  projectId: z.string().optional(),
  agentId: z.string().optional(),
  permissions: z.array(z.enum(PERMISSIONS)),
  allow: z.array(GrantRule),
  /** Deny wins over allow. */
  deny: z.array(GrantRule),
  expiresAtMs: z.int().nullable(),
  ratePerMinute: z.int().min(1),
  /** Strict principals are served for 1 s, not 60 s, after the control plane is gone (spending §7.20). */
  strict: z.boolean(),
})

/**
 * A hard cap: its scope, its window, its amount. The gateway needs it to name the scope path of a call. A
 * `session` cap binds each session of the organization, project, agent or key that `id` names; a cap per `call`
 * is a ceiling that the gateway holds each reservation to, and no lease is taken from it.
 */
export const CapEntity = z.object({
  id: z.string(),
  scope: z.object({ kind: z.enum(CAP_SCOPES), id: z.string() }),
  window: z.enum(CAP_WINDOWS),
  amount: AmountText,
})

/** That an organization stopped spending: what runs and costs is ended, and nothing new is bought until it is resumed. */
export const StopEntity = z.object({
  id: z.string(),
  organizationId: z.string(),
  scope: z.object({ kind: z.enum(STOP_SCOPES), id: z.string() }),
  reason: z.string(),
})

/**
 * What a key, or the keys of an agent, may buy: whoever has a mandate buys under one of theirs or not at all, so an
 * ended one stays here until another one stands in its place. How much it allows are caps of the scope `mandate`.
 */
export const MandateEntity = z.object({
  id: z.string(),
  organizationId: z.string(),
  principal: z.object({ kind: z.enum(['key', 'agent']), id: z.string() }),
  allow: z.array(GrantRule),
  expiresAtMs: z.int(),
  revoked: z.boolean(),
})

/** An organization; a suspended one calls nothing and is called by nobody. */
export const OrganizationEntity = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(['active', 'suspended']),
})

/** A gateway slot: the owner of a keyed purchase is chosen among these, so it survives a restart. */
export const GatewayEntity = z.object({ id: z.string(), internalUrl: z.url() })

/**
 * That somebody has a token for a server: never the token, which gateways ask for when they need it. Its id is
 * {@link connectionId}; `generation` grows with each token, `account` with each new authorization.
 */
export const ConnectionEntity = z.object({
  id: z.string(),
  serverId: z.string(),
  holderId: z.string(),
  generation: z.int(),
  account: z.int(),
})

/** The id of the connection that a member or an organization has to a server. */
export function connectionId(serverId: string, holderId: string): string {
  return `${serverId}:${holderId}`
}

/** Numbers and keys all gateways share; id is always `settings`. */
export const SettingsEntity = z.object({
  id: z.literal('settings'),
  maxStaleMs: z.int().min(250),
  /** 32 bytes, base64: seals stored outcomes and session ids. */
  sealingKey: z.string(),
  /** A reservation above this (atto-USD) writes a durable intent before the upstream call (spending §3.12). */
  intentAbove: AmountText,
})

/** Every kind of entity in the snapshot, by name. */
export const SNAPSHOT_ENTITIES = {
  server: ServerEntity,
  price: PriceEntity,
  key: KeyEntity,
  cap: CapEntity,
  stop: StopEntity,
  mandate: MandateEntity,
  organization: OrganizationEntity,
  gateway: GatewayEntity,
  connection: ConnectionEntity,
  settings: SettingsEntity,
} as const

/** The name of an entity kind. */
export type SnapshotKind = keyof typeof SNAPSHOT_ENTITIES
/** The body of an entity kind. */
export type SnapshotBody<K extends SnapshotKind> = z.infer<(typeof SNAPSHOT_ENTITIES)[K]>

export type OpenApiTransport = z.infer<typeof OpenApiTransport>
export type ServerEntity = z.infer<typeof ServerEntity>
export type PriceEntity = z.infer<typeof PriceEntity>
export type KeyEntity = z.infer<typeof KeyEntity>
export type CapEntity = z.infer<typeof CapEntity>
export type MandateEntity = z.infer<typeof MandateEntity>
export type StopEntity = z.infer<typeof StopEntity>
export type ConnectionEntity = z.infer<typeof ConnectionEntity>
export type SettingsEntity = z.infer<typeof SettingsEntity>

/** One change; a null body removes the entity. */
export const SnapshotChange = z.object({
  kind: z.enum([
    'server',
    'price',
    'key',
    'cap',
    'stop',
    'mandate',
    'organization',
    'gateway',
    'connection',
    'settings',
  ]),
  id: z.string(),
  body: z.record(z.string(), z.unknown()).nullable(),
})
export type SnapshotChange = z.infer<typeof SnapshotChange>

/**
 * The numbered stream of `GET /internal/snapshot`, one JSON document a line (spending §7.20). A delta
 * whose `after` is not the version held is a gap: the gateway reconnects with `after=0` for a full one.
 * Changes that are too many for one line come in parts, directly before their message.
 */
export const SnapshotMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('full'),
    version: z.int(),
    epoch: z.int(),
    changes: z.array(SnapshotChange),
  }),
  z.object({
    type: z.literal('delta'),
    after: z.int(),
    version: z.int(),
    changes: z.array(SnapshotChange),
  }),
  z.object({ type: z.literal('part'), changes: z.array(SnapshotChange) }),
  z.object({ type: z.literal('heartbeat'), version: z.int(), epoch: z.int() }),
  /** Give back what is free of these leases (spending §1.5). */
  z.object({ type: z.literal('recall'), leaseIds: z.array(z.string()) }),
  /** Connect to the server now and report its health under this probe id. */
  z.object({ type: z.literal('probe'), serverId: z.string(), probeId: z.string() }),
])
export type SnapshotMessage = z.infer<typeof SnapshotMessage>

/** Heartbeat of the stream; four missed ones mean the link is gone. */
export const SNAPSHOT_HEARTBEAT_MS = 250

/** What a mutation needs: put the change in the numbered log of its own transaction. */
export interface SnapshotWriter {
  put<K extends SnapshotKind>(
    tx: Transaction,
    kind: K,
    id: string,
    body: SnapshotBody<K> | null,
  ): Promise<number>
}

/** Who has applied a version: a mutation answers after all connected gateways have, or names those that have not. */
export interface SnapshotBarrier {
  reached(
    version: number,
  ): Promise<{ readonly snapshotVersion: number; readonly pendingGateways: readonly string[] }>
}
