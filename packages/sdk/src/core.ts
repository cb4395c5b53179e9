import { systemClock } from '@mcp-orchestra/kernel'
import { createApi, type Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { PlatformStatus } from './documents.ts'
import { createBalance, type BalanceApi } from './balance.ts'
import { createCaps, type Caps } from './caps.ts'
import { createHub, type Hub } from './hub.ts'
import { createLedger, type Ledger } from './ledger.ts'
import type { EraChoice } from './mcp/open-channel.ts'
import { onDemand } from './on-demand.ts'
import { createOperations, type Operations } from './operations.ts'
import { createPrices, type Prices } from './prices.ts'
import { createUsage, type Usage } from './usage.ts'
import { findGateway } from './find-gateway.ts'
import { createSession, type Session } from './session.ts'
import { createUsers, type Users } from './users.ts'

/** The most a control-plane request may take: mutations wait up to 10 s for a probe, never longer. */
const API_TIMEOUT_MS = 30_000
/** The most a call to an MCP server may take: a little more than the gateway's own default limit. */
const CALL_TIMEOUT_MS = 65_000

/** Where the platform is and who is asking. */
export type OrchestraOptions = {
  /** The control plane: `http://127.0.0.1:7300`. */
  readonly baseUrl: string
  /** The gateway; asked from the control plane when absent. */
  readonly gatewayUrl?: string
  /** `mcpo_live_…`; absent in a browser that is signed in, which calls servers with keys of five minutes. */
  readonly apiKey?: string
  /** Instead of the global `fetch`. */
  readonly fetch?: typeof fetch
  /** Limit of one control-plane request (default 30 s). */
  readonly timeoutMs?: number
  /** Limit of one `routeRequest`, retries included (default 65 s). */
  readonly callTimeoutMs?: number
  /** Which era to speak; absent: found out per server, legacy on the aggregated endpoint. */
  readonly era?: EraChoice
}

/** What every page of the console may ask for at once: the client without its heavier and rarer parts. */
export type OrchestraCore = {
  readonly session: Session
  readonly hub: Hub
  readonly users: Users
  readonly prices: Prices
  readonly balance: BalanceApi
  readonly caps: Caps
  readonly usage: Usage
  readonly ledger: Ledger
  readonly operations: Operations
  status(options?: CallOptions): Promise<PlatformStatus>
  /** Where MCP clients connect: as given, else as the platform says. */
  gatewayUrl(options?: CallOptions): Promise<string>
  /** Ends the MCP sessions that `routeRequest` opened. */
  close(): Promise<void>
}

/** From 0 up to 1, of the machine's own generator. */
function random(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32
}

/** Makes the core of a client, and what its other parts are made on. Nothing is sent until a method is called. */
export function openCore(options: OrchestraOptions): {
  readonly api: Api
  readonly core: OrchestraCore
} {
  const baseUrl = options.baseUrl.replace(/\/+$/, '')
  const send = options.fetch ?? ((...request: Parameters<typeof fetch>) => fetch(...request))
  const api = createApi({
    baseUrl,
    apiKey: options.apiKey,
    fetch: send,
    timeoutMs: options.timeoutMs ?? API_TIMEOUT_MS,
  })
  const status: OrchestraCore['status'] = (callOptions) =>
    api.send(callOptions, (client, signal) => client.GET('/v1/status', { signal }))

  const gatewayUrl: OrchestraCore['gatewayUrl'] = async (callOptions = {}) =>
    options.gatewayUrl ?? findGateway(callOptions, { status, hub: () => hub })

  const calls = onDemand(async () => {
    const { createCalls } = await import('./mcp/calls.ts')
    return createCalls({
      api,
      fetch: send,
      apiKey: options.apiKey,
      gatewayUrl: options.gatewayUrl,
      findGateway: () => gatewayUrl(),
      era: options.era,
      timeoutMs: options.callTimeoutMs ?? CALL_TIMEOUT_MS,
    })
  })
  const close = async (): Promise<void> => {
    await (await calls.peek()?.catch(() => undefined))?.close()
  }
  const hub = createHub(api, {
    route: async (...request) => (await calls.get()).route(...request),
  })
  const live = onDemand(() => import('./live/usage-live.ts'))
  const core: OrchestraCore = {
    session: createSession(api, close),
    hub,
    users: createUsers(api),
    prices: createPrices(api),
    balance: createBalance(api),
    caps: createCaps(api),
    usage: createUsage(api, async function* (filter, liveOptions) {
      const { followUsage } = await live.get()
      const url = `${baseUrl}/v1/usage/live?${new URLSearchParams(filter).toString()}`
      const { apiKey } = options
      yield* followUsage({ url, apiKey, fetch: send, clock: systemClock, random }, liveOptions)
    }),
    ledger: createLedger(api, { baseUrl, apiKey: options.apiKey, fetch: send }),
    operations: createOperations(api),
    status,
    gatewayUrl,
    close,
  }
  return { api, core }
}

/** The core alone: whoever loads a page does not load what the page has no use for. */
export function createOrchestraCore(options: OrchestraOptions): OrchestraCore {
  return openCore(options).core
}
