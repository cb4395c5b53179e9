import { createIds, systemClock } from '@mcp-orchestra/kernel'
import type { Api } from '../api.ts'
import { startDeadline } from '../deadline.ts'
import { fixedKey, shortKeys } from './call-key.ts'
import { ChannelPool } from './channel-pool.ts'
import { openChannel, type EraChoice } from './open-channel.ts'
import { createRouter, type Router } from './router.ts'

/** What calls to MCP servers need. */
export type CallsDeps = {
  readonly api: Api
  readonly fetch: typeof fetch
  /** Absent: the member is signed in, and keys are made per server. */
  readonly apiKey: string | undefined
  /** Instead of the address that comes with a key. */
  readonly gatewayUrl: string | undefined
  readonly findGateway: () => Promise<string>
  readonly era: EraChoice | undefined
  readonly timeoutMs: number
}

/** Calls to MCP servers through the gateway, and the end of the sessions that they opened. */
export type Calls = Router & { close(): Promise<void> }

/** Everything about MCP: loaded with the first call, since most pages make none. */
export function createCalls(deps: CallsDeps): Calls {
  const { api, apiKey, gatewayUrl, timeoutMs } = deps
  const keys =
    apiKey === undefined
      ? shortKeys(api, systemClock, gatewayUrl)
      : fixedKey(apiKey, deps.findGateway)
  const channels = new ChannelPool(keys, ({ url, secret, era: expected }, alias) => {
    // The aggregate shows each era its own servers until eras are translated; most servers are legacy.
    const era = deps.era ?? (alias === undefined ? 'legacy' : 'auto')
    const endpoint = { url, apiKey: secret, fetch: deps.fetch }
    return openChannel(endpoint, era, startDeadline({}, timeoutMs), expected)
  })
  const ids = createIds(systemClock)
  const { route } = createRouter({ channels, ids, clock: systemClock, timeoutMs })
  return { route, close: () => channels.close() }
}
