import { systemClock } from '@mcp-orchestra/kernel'
import { createAudit, type Audit } from './audit.ts'
import { createCaps, type Caps } from './caps.ts'
import type { OpenCore, OrchestraCore } from './core.ts'
import type { CallOptions } from './deadline.ts'
import { findGateway } from './find-gateway.ts'
import { createHub, type Hub } from './hub.ts'
import { createInvoices, type Invoices } from './invoices.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { createMeters, type Meters } from './meters.ts'
import { onDemand } from './on-demand.ts'
import { createOperations, type Operations } from './operations.ts'
import { createPrices, type Prices } from './prices.ts'
import { createReceipts, type Receipts } from './receipt/receipts.ts'
import { createStops, type Stops } from './stops.ts'
import { createUsage, type Usage } from './usage.ts'
import { createUsers, type Users } from './users.ts'

/** The most a call to an MCP server may take: a little more than the gateway's own default limit. */
const CALL_TIMEOUT_MS = 65_000

/** What screens of the console ask for: the client without parts that no screen has. */
export type OrchestraScreens = OrchestraCore & {
  readonly hub: Hub
  readonly users: Users
  readonly prices: Prices
  readonly caps: Caps
  readonly usage: Usage
  readonly stops: Stops
  readonly receipts: Receipts
  readonly ledger: Ledger
  readonly audit: Audit
  readonly invoices: Invoices
  readonly meters: Meters
  readonly operations: Operations
  /** Where MCP clients connect: as given, else as the platform says. */
  gatewayUrl(options?: CallOptions): Promise<string>
}

/** Makes the client of screens on a core that a page opened before, with the same session. */
export function createScreens(opened: OpenCore): OrchestraScreens {
  const { core, api, options } = opened
  const { baseUrl, apiKey, fetch } = options
  const gatewayUrl: OrchestraScreens['gatewayUrl'] = async (callOptions = {}) =>
    options.gatewayUrl ?? findGateway(callOptions, { status: core.status, hub: () => hub })
  const hub = createHub(api, callsOf(opened, gatewayUrl))
  const meters = createMeters(api)
  const live = onDemand(() => import('./live/usage-live.ts'))
  return {
    ...core,
    hub,
    users: createUsers(api, meters),
    meters,
    prices: createPrices(api),
    caps: createCaps(api),
    usage: createUsage(api, async function* (filter, liveOptions) {
      const { followUsage } = await live.get()
      const url = `${baseUrl}/v1/usage/live?${new URLSearchParams(filter).toString()}`
      yield* followUsage({ url, apiKey, fetch, clock: systemClock, random }, liveOptions)
    }),
    stops: createStops(api),
    receipts: createReceipts(api),
    ledger: createLedger(api, { baseUrl, apiKey, fetch }),
    audit: createAudit(api),
    invoices: createInvoices(api),
    operations: createOperations(api),
    gatewayUrl,
  }
}

/** Calls of MCP servers, loaded with the first of them; their sessions end with the client's. */
function callsOf(
  { api, options, endWith }: OpenCore,
  gatewayUrl: () => Promise<string>,
): Parameters<typeof createHub>[1] {
  const calls = onDemand(async () => {
    const { createCalls } = await import('./mcp/calls.ts')
    return createCalls({
      api,
      fetch: options.fetch,
      apiKey: options.apiKey,
      gatewayUrl: options.gatewayUrl,
      findGateway: () => gatewayUrl(),
      era: options.era,
      timeoutMs: options.callTimeoutMs ?? CALL_TIMEOUT_MS,
    })
  })
  endWith(async () => {
    await (await calls.peek()?.catch(() => undefined))?.close()
  })
  return { route: async (...request) => (await calls.get()).route(...request) }
}

/** From 0 up to 1, of the machine's own generator. */
function random(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32
}
