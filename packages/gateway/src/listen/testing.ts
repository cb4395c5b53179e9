import type { CallEnd, CallIntent, ChargeDecision, Charging } from '../charge/charge.ts'
import { createIds, money, systemClock, Problem, USD, type Id } from '@mcp-orchestra/kernel'
import { ServerEntity, type KeyEntity, type PriceEntity } from '@mcp-orchestra/api/snapshot'
import type { ObservedTool } from '@mcp-orchestra/api/gateway-link'
import type { Authorizer } from '../authorize/authorizer.ts'
import type { CallerIdentity } from '../authorize/caller.ts'
import type { Endpoint, Endpoints } from '../route/endpoint.ts'
import { createTransparentEndpoint } from '../route/transparent-endpoint.ts'
import { createRelay, type Relay, type RelayOptions } from '../relay.ts'

/** How tests reach the relay: whole, on a port of its own, with fixed rights and prices. */
export type RelayBench = {
  readonly relay: Relay
  readonly url: string
  /** The endpoint of a server by its alias. */
  endpoint(alias: string): string
  /** Every call that was settled, in order. */
  readonly ledger: { readonly intent: CallIntent; readonly end: CallEnd }[]
  readonly bugs: unknown[]
  /** Every look at a key, in order. */
  readonly verified: string[]
  readonly observed: { server: string; tools: readonly ObservedTool[]; whole: boolean }[]
  readonly failures: { server: string; reason: string }[]
  close(): Promise<void>
}

/** What a bench serves; everything else has a default. */
export type BenchOptions = {
  readonly servers: readonly ServerEntity[]
  /** Prices by tool name, in atomic units. */
  readonly prices?: Readonly<Record<string, bigint>>
  /** Tools that nobody may call. */
  readonly denied?: ReadonlySet<string>
  /** Decides instead of the default charging, which lets every call proceed. */
  readonly begin?: (intent: CallIntent) => ChargeDecision | undefined
  /** Thrown by every settle of a completed call: the journal cannot be written. */
  readonly settleProblem?: Problem
  readonly more?: readonly Endpoint[]
} & Partial<
  Pick<
    RelayOptions,
    | 'headersTimeoutMs'
    | 'bodyTimeoutMs'
    | 'keepAliveMs'
    | 'lingerMs'
    | 'childrenMax'
    | 'peerBook'
    | 'refusedHandles'
    | 'legacySse'
    | 'endedSessions'
    | 'sessionNotes'
    | 'credentials'
    | 'clock'
  >
>

/** The keys of the bench: two callers of two organizations. */
export const BENCH_KEYS = { alice: 'key-of-alice', bob: 'key-of-bob' } as const

/** The key that all gateways of a test share. */
const BENCH_SEALING_KEY = Buffer.alloc(32, 1).toString('base64')

/** A server entity with the defaults of the snapshot's schema. */
export function benchServer(
  alias: string,
  transport: Record<string, unknown>,
  more: Record<string, unknown> = {},
): ServerEntity {
  return ServerEntity.parse({
    id: `srv_${alias}`,
    alias,
    name: alias,
    organizationId: 'org_publisher',
    enabled: true,
    visibility: 'everyone',
    era: 'auto',
    transport,
    limits: { ...(more['limits'] as object | undefined) },
    announcePrices: true,
    chargeToolErrors: false,
    reach: 'anywhere',
    ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== 'limits')),
  })
}

/** Starts a relay on loopback. The charging is a real one with a bottomless purse that remembers what it settled. */
export async function startRelayBench(options: BenchOptions): Promise<RelayBench> {
  const ids = createIds(systemClock)
  const ledger: RelayBench['ledger'] = []
  const bugs: unknown[] = []
  const verified: string[] = []
  const observed: RelayBench['observed'] = []
  const failures: RelayBench['failures'] = []
  const priceOf = (serverId: string, tool: string): PriceEntity | undefined => {
    const amount = options.prices?.[tool]
    return amount === undefined
      ? undefined
      : {
          id: `prc_${tool}`,
          serverId,
          tool,
          version: 3,
          amount: String(amount),
          asset: 'USD',
          feeBps: 250,
          startsAtMs: 0,
        }
  }
  const charging: Charging = {
    async begin(intent) {
      const decision = options.begin?.(intent)
      if (decision !== undefined) return decision
      const price =
        intent.method === 'tools/call' ? priceOf(intent.server.id, intent.target) : undefined
      return await Promise.resolve({
        kind: 'proceed',
        charge: {
          price,
          async settle(end: CallEnd) {
            if (end.outcome === 'complete' && options.settleProblem !== undefined)
              throw options.settleProblem
            ledger.push({ intent, end })
            const amount = end.outcome === 'complete' ? BigInt(price?.amount ?? 0) : 0n
            return await Promise.resolve({ charged: money(amount, USD.id), eventId: intent.callId })
          },
        },
      })
    },
  }
  const authorizer = benchAuthorizer(options.denied ?? new Set(), verified)
  const relay = createRelay({
    ...options,
    authorizer,
    endpoints: benchEndpoints(options, authorizer),
    snapshot: { priceOf, serverById: (id) => options.servers.find((server) => server.id === id) },
    sealingKey: () => BENCH_SEALING_KEY,
    catalog: {
      observe: (server, tools, whole) => observed.push({ server: server.alias, tools, whole }),
      safeToRepeat: () => false,
      definitionHash: () => undefined,
    },
    charging,
    outcomes: {
      admit: () => undefined,
      connected: () => undefined,
      failed: (server, reason) => failures.push({ server: server.alias, reason }),
      answered: () => undefined,
    },
    clock: options.clock ?? systemClock,
    ids,
    onBug: (error) => bugs.push(error),
    allowedOrigins: new Set(['https://console.example']),
    allowedHosts: new Set(),
    baseEnvironment: {
      PATH: `${process.execPath.replace(/\/[^/]+$/, '')}:/usr/local/bin:/usr/bin:/bin`,
    },
  })
  const { url } = await relay.listen({ host: '127.0.0.1', port: 0 })
  return {
    relay,
    url,
    endpoint: (alias) => `${url}/s/${alias}/mcp`,
    ledger,
    bugs,
    verified,
    observed,
    failures,
    close: () => relay.close(),
  }
}

function benchAuthorizer(denied: ReadonlySet<string>, verified: string[]): Authorizer {
  return {
    verify: (authorization) => {
      const name = Object.values(BENCH_KEYS).find((key) => authorization === `Bearer ${key}`)
      if (name === undefined) {
        const kind = { status: 401, title: 'Who are you?', retryable: false }
        return Promise.resolve({ kind: 'refused', problem: refuseWith('bench.unauthorized', kind) })
      }
      verified.push(name)
      return Promise.resolve({ kind: 'caller', caller: callerNamed(name) })
    },
    mayUse: () => undefined,
    mayUseWhole: () => undefined,
    mayCall: (_caller, _server, tool) =>
      denied.has(tool)
        ? refuseWith('bench.denied', { status: 403, title: 'Not for you.', retryable: false })
        : undefined,
  }
}

function refuseWith(code: string, kind: Problem['kind']): Problem {
  return new Problem(code, kind)
}

function callerNamed(name: string): CallerIdentity {
  const organizationId = `org_${name}` as Id<'org'>
  const key: KeyEntity = {
    id: name,
    digest: '',
    organizationId,
    memberId: null,
    permissions: ['tools:call'],
    allow: [{ serverId: '*' }],
    deny: [],
    expiresAtMs: null,
    ratePerMinute: 1_000_000,
    strict: false,
  }
  return { keyId: name as Id<'key'>, organizationId, memberId: null, key }
}

function benchEndpoints({ servers, more = [] }: BenchOptions, authorizer: Authorizer): Endpoints {
  return {
    find(path) {
      const alias = /^\/s\/([^/]+)\/mcp$/.exec(path)?.[1]
      const server = servers.find((known) => known.alias === alias)
      if (server !== undefined) return createTransparentEndpoint(server, authorizer)
      return more.find((endpoint) => path === `/${endpoint.id}`)
    },
  }
}
