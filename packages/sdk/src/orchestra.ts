import { systemClock } from '@mcp-orchestra/kernel'
import { createApi } from './api.ts'
import { createAudit, type Audit } from './audit.ts'
import { createAssets, type Assets } from './assets.ts'
import type { CallOptions } from './deadline.ts'
import type { PlatformStatus } from './documents.ts'
import { createBalance, type BalanceApi } from './balance.ts'
import { createCaps, type Caps } from './caps.ts'
import { createHub, type Hub } from './hub.ts'
import { createInvoices, type Invoices } from './invoices.ts'
import { createLedger, type Ledger } from './ledger.ts'
import type { EraChoice } from './mcp/open-channel.ts'
import { onDemand } from './on-demand.ts'
import { createOperations, type Operations } from './operations.ts'
import { createPrices, type Prices } from './prices.ts'
import { createReceipts, type Receipts } from './receipt/receipts.ts'
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

/** The typed client of one platform. */
export type Orchestra = {
  readonly session: Session
  readonly hub: Hub
  readonly users: Users
  readonly prices: Prices
  readonly balance: BalanceApi
  readonly caps: Caps
  readonly usage: Usage
  readonly receipts: Receipts
  readonly ledger: Ledger
  readonly audit: Audit
  readonly assets: Assets
  readonly invoices: Invoices
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

  const gatewayUrl: Orchestra['gatewayUrl'] = async (callOptions = {}) =>
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
  return {
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
    receipts: createReceipts(api),
    ledger: createLedger(api, { baseUrl, apiKey: options.apiKey, fetch: send }),
    audit: createAudit(api),
    assets: createAssets(api),
    invoices: createInvoices(api),
    operations: createOperations(api),
    status,
    gatewayUrl,
    close,
  }
}
