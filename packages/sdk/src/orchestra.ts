import { createIds, systemClock } from '@mcp-orchestra/kernel'
import { createApi } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { PlatformStatus } from './documents.ts'
import { createBalance, type BalanceApi } from './balance.ts'
import { createCaps, type Caps } from './caps.ts'
import { createHub, type Hub } from './hub.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { ChannelPool } from './mcp/channel-pool.ts'
import { openChannel, type EraChoice } from './mcp/open-channel.ts'
import { createRouter } from './mcp/router.ts'
import { createOperations, type Operations } from './operations.ts'
import { sdkProblem } from './problem.ts'
import { createPrices, type Prices } from './prices.ts'
import { createUsage, type Usage } from './usage.ts'
import { findGateway } from './find-gateway.ts'
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
  /** `mcpo_live_…`; absent in a browser that is signed in. */
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

/** The typed client of one platform. */
export type Orchestra = {
  readonly hub: Hub
  readonly users: Users
  readonly prices: Prices
  readonly balance: BalanceApi
  readonly caps: Caps
  readonly usage: Usage
  readonly ledger: Ledger
  readonly operations: Operations
  status(options?: CallOptions): Promise<PlatformStatus>
  /** Ends the MCP sessions that `routeRequest` opened. */
  close(): Promise<void>
}

/** Makes a client. Nothing is sent until a method is called. */
export function createOrchestra(options: OrchestraOptions): Orchestra {
  const baseUrl = options.baseUrl.replace(/\/+$/, '')
  const send = options.fetch ?? ((...request: Parameters<typeof fetch>) => fetch(...request))
  const api = createApi({
    baseUrl,
    apiKey: options.apiKey,
    fetch: send,
    timeoutMs: options.timeoutMs ?? API_TIMEOUT_MS,
  })
  const status: Orchestra['status'] = (callOptions) =>
    api.send(callOptions, (client, signal) => client.GET('/v1/status', { signal }))

  let gatewayUrl = options.gatewayUrl
  const channels = new ChannelPool(async (alias, deadline) => {
    const apiKey = options.apiKey
    if (apiKey === undefined) throw sdkProblem('sdk.no_key')
    gatewayUrl ??= await findGateway({ signal: deadline.signal }, { status, hub: () => hub })
    const path = alias === undefined ? '/mcp' : `/s/${encodeURIComponent(alias)}/mcp`
    const url = `${gatewayUrl.replace(/\/+$/, '')}${path}`
    // The aggregate shows each era its own servers until eras are translated; most servers are legacy.
    const era = options.era ?? (alias === undefined ? 'legacy' : 'auto')
    return openChannel({ url, apiKey, fetch: send }, era, deadline)
  })
  const router = createRouter({
    channels,
    ids: createIds(systemClock),
    timeoutMs: options.callTimeoutMs ?? CALL_TIMEOUT_MS,
  })
  const hub = createHub(api, router)
  return {
    hub,
    users: createUsers(api),
    prices: createPrices(api),
    balance: createBalance(api),
    caps: createCaps(api),
    usage: createUsage(api),
    ledger: createLedger(api),
    operations: createOperations(api),
    status,
    close: () => channels.close(),
  }
}
