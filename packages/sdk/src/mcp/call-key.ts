import type { Clock } from '@mcp-orchestra/kernel'
import type { Api } from '../api.ts'
import { sdkProblem } from '../problem.ts'

/** A key for the gateway and the endpoint that it opens. It lives in memory only. */
export type CallKey = {
  readonly secret: string
  readonly url: string
  /** The era that the server spoke when the platform last looked; undefined when nobody knows. */
  readonly era?: 'legacy' | 'modern' | undefined
  /** Whether a new call may begin with it; one that has begun keeps it. */
  isFresh(): boolean
}

/** Where keys for the gateway come from. */
export type CallKeys = {
  /** Whether a key that the gateway refused can be replaced. */
  readonly isRenewable: boolean
  /** A key for a server, or for the aggregated endpoint when the alias is undefined. */
  issue(alias: string | undefined): Promise<CallKey>
}

/** One API key for everything; `gatewayUrl` is asked for once, with the first call. */
export function fixedKey(secret: string, gatewayUrl: () => Promise<string>): CallKeys {
  let origin: string | undefined
  return {
    isRenewable: false,
    async issue(alias) {
      origin ??= await gatewayUrl()
      return { secret, url: endpointUrl(origin, alias), isFresh: () => true }
    },
  }
}

/**
 * A key is renewed this long before it ends, in ms: a call of 65 s, repeats included, ends under the key
 * that it began with. Under another key a repeated purchase would be another purchase.
 */
const RENEW_BEFORE_MS = 90_000

const ERA_OF = { 'MCP-v1': 'legacy', 'MCP-v2': 'modern' } as const

/** Keys that live minutes, made for the signed-in member (`POST /v1/servers/{id}/call-keys`). */
export function shortKeys(api: Api, clock: Clock, gatewayUrl: string | undefined): CallKeys {
  return {
    isRenewable: true,
    async issue(alias) {
      if (alias === undefined) {
        throw sdkProblem('sdk.no_key', {
          detail:
            'Without an API key only one server at a time can be called: name it in `server`.',
        })
      }
      const askedAtMs = clock.monotonicMs()
      const params = { path: { id: alias } }
      const [{ secret, key, endpoint }, era] = await Promise.all([
        api.send({}, (client, signal) =>
          client.POST('/v1/servers/{id}/call-keys', { params, signal }),
        ),
        api
          .send({}, (client, signal) => client.GET('/v1/servers/{id}', { params, signal }))
          .then(({ protocol }) => protocol && ERA_OF[protocol])
          .catch(() => undefined), // who may only call finds out by asking the server
      ])
      // Both times are of the platform's clock: that of this machine may be wrong.
      const lifeMs = Date.parse(key.expiresAt) - Date.parse(key.createdAt)
      const freshMs = Math.max(lifeMs - RENEW_BEFORE_MS, lifeMs / 2)
      return {
        secret,
        era: era ?? undefined,
        url: gatewayUrl === undefined ? endpoint : endpointUrl(gatewayUrl, alias),
        isFresh: () => clock.monotonicMs() - askedAtMs < freshMs,
      }
    },
  }
}

function endpointUrl(gatewayUrl: string, alias: string | undefined): string {
  const path = alias === undefined ? '/mcp' : `/s/${encodeURIComponent(alias)}/mcp`
  return `${gatewayUrl.replace(/\/+$/, '')}${path}`
}
