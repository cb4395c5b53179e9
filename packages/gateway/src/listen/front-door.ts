import type { IncomingHttpHeaders } from 'node:http'
import type { Problem } from '@mcp-orchestra/kernel'
import { headerOf } from '../protocol/codec.ts'
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
  const host = hostName(headers.host)
  if (host === undefined || !(LOOPBACK.test(host) || policy.allowedHosts.has(host))) {
    return refuseListen('listen.host_refused', {
      detail: `the host is ${JSON.stringify(headers.host ?? '')}`,
    })
  }
  const { origin } = headers
  if (origin !== undefined && !isAllowedOrigin(origin, policy)) {
    return refuseListen('listen.origin_refused', {
      detail: `the origin is ${JSON.stringify(origin)}`,
    })
  }
  if (method === 'POST') {
    if (!MEDIA_JSON.test(headers['content-type'] ?? '')) return refuseListen('listen.media_type')
    if (!accepts(headers, 'application/json') || !accepts(headers, 'text/event-stream')) {
      return refuseListen('listen.not_acceptable')
    }
  }
  return method === 'GET' && !accepts(headers, 'text/event-stream')
    ? refuseListen('listen.not_acceptable')
    : undefined
}

/** Whether pages of an origin may call: loopback ones and those that are configured. */
function isAllowedOrigin(origin: string, policy: DoorPolicy): boolean {
  if (policy.allowedOrigins.has(origin)) return true
  const parsed = URL.canParse(origin) ? new URL(origin) : undefined
  return parsed !== undefined && /^https?:$/.test(parsed.protocol) && LOOPBACK.test(parsed.hostname)
}

function hostName(host: string | undefined): string | undefined {
  return host === undefined
    ? undefined
    : /^(\[[^\]]+\]|[^:]+)(:\d+)?$/.exec(host)?.[1]?.toLowerCase()
}

function accepts(headers: IncomingHttpHeaders, type: string): boolean {
  const accept = headerOf(headers, 'accept')
  if (accept === undefined) return true
  const [family] = type.split('/')
  return accept
    .split(',')
    .map((range) => range.split(';')[0]?.trim().toLowerCase())
    .some((range) => range === type || range === '*/*' || range === `${family}/*`)
}
