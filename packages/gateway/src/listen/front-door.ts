import type { IncomingHttpHeaders } from 'node:http'
import type { Problem } from '@mcp-orchestra/kernel'
import { remembered } from '../remembered.ts'
import { refuseListen } from './problems.ts'

/** Who may knock, besides loopback. */
export type DoorPolicy = {
  /** Origins of pages that may call (`https://console.example`), exact. */
  readonly allowedOrigins: ReadonlySet<string>
  /** Host names (without port) under which this gateway is reached. */
  readonly allowedHosts: ReadonlySet<string>
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i
const MEDIA_JSON = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i

/** Why a request may not come in, from its headers alone; undefined when it may (DNS rebinding: MCP, transports, security). */
export function refusalOf(
  method: string,
  headers: IncomingHttpHeaders,
  policy: DoorPolicy,
): Problem | undefined {
  const host = hostNameOf(headers.host ?? '')
  if (host === undefined || !(isLoopback(host) || policy.allowedHosts.has(host))) {
    return refuseListen('listen.host_refused', {
      detail: `the host is ${JSON.stringify(headers.host ?? '')}`,
    })
  }
  const { origin } = headers
  if (origin !== undefined && !mayAsk(method, origin, policy)) {
    return refuseListen('listen.origin_refused', {
      detail: `the origin is ${JSON.stringify(origin)}`,
    })
  }
  if (method === 'POST') {
    if (!isJson(headers['content-type'] ?? '')) return refuseListen('listen.media_type')
    const { json, events } = acceptedOf(headers.accept ?? '*/*')
    if (!json || !events) return refuseListen('listen.not_acceptable')
  }
  return method === 'GET' && !acceptedOf(headers.accept ?? '*/*').events
    ? refuseListen('listen.not_acceptable')
    : undefined
}

/**
 * Whether a request that names a page may come in: of configured origins always; of loopback ones too, since
 * programs of this machine name themselves so, but no loopback page is told by a preflight that it may call.
 */
function mayAsk(method: string, origin: string, policy: DoorPolicy): boolean {
  if (policy.allowedOrigins.has(origin)) return true
  if (method === 'OPTIONS') return false
  const parsed = URL.canParse(origin) ? new URL(origin) : undefined
  return parsed !== undefined && /^https?:$/.test(parsed.protocol) && LOOPBACK.test(parsed.hostname)
}

// Every client sends the same few texts with every request: what they say is worked out once.
const hostNameOf = remembered((host) =>
  /^(\[[^\]]+\]|[^:]+)(:\d+)?$/.exec(host)?.[1]?.toLowerCase(),
)
const isLoopback = remembered((host) => LOOPBACK.test(host))
const isJson = remembered((contentType) => MEDIA_JSON.test(contentType))
const acceptedOf = remembered((accept) => {
  const ranges = accept.split(',').map((range) => range.split(';')[0]?.trim().toLowerCase())
  const takes = (...names: string[]): boolean =>
    ranges.some((range) => range === '*/*' || names.some((name) => name === range))
  return {
    json: takes('application/json', 'application/*'),
    events: takes('text/event-stream', 'text/*'),
  }
})
