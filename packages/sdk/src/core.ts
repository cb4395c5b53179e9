import { createApi, type Api } from './api.ts'
import { createBalance, type BalanceApi } from './balance.ts'
import type { CallOptions } from './deadline.ts'
import type { PlatformStatus } from './documents.ts'
import type { EraChoice } from './mcp/open-channel.ts'
import { createSession, type Session } from './session.ts'

/** The most a control-plane request may take: mutations wait up to 10 s for a probe, never longer. */
const API_TIMEOUT_MS = 30_000

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

/** What a page of the console needs before any screen: who is asking, and the money. */
export type OrchestraCore = {
  readonly session: Session
  readonly balance: BalanceApi
  status(options?: CallOptions): Promise<PlatformStatus>
  /** Ends the MCP sessions that `routeRequest` opened. */
  close(): Promise<void>
}

/** A core, and what the rest of a client is made on (`createScreens`). */
export type OpenCore = {
  readonly core: OrchestraCore
  readonly api: Api
  readonly options: OrchestraOptions & { readonly fetch: typeof fetch }
  /** What is to end with the session, or by `close()`. */
  endWith(end: () => Promise<void>): void
}

/** Opens the part of a client that loads first. Nothing is sent until a method is called. */
export function openCore(given: OrchestraOptions): OpenCore {
  const options = {
    ...given,
    baseUrl: given.baseUrl.replace(/\/+$/, ''),
    fetch: given.fetch ?? ((...request: Parameters<typeof fetch>) => fetch(...request)),
  }
  const api = createApi({
    baseUrl: options.baseUrl,
    apiKey: options.apiKey,
    fetch: options.fetch,
    timeoutMs: options.timeoutMs ?? API_TIMEOUT_MS,
  })
  const ends: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    await Promise.all(ends.map((end) => end()))
  }
  const core: OrchestraCore = {
    session: createSession(api, close),
    balance: createBalance(api),
    status: (callOptions) =>
      api.send(callOptions, (client, signal) => client.GET('/v1/status', { signal })),
    close,
  }
  return { core, api, options, endWith: (end) => ends.push(end) }
}
