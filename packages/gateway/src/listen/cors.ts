import type { IncomingHttpHeaders } from 'node:http'
import { headerOf } from '../protocol/codec.ts'

/** The HTTP methods of an MCP endpoint, as `Allow` and a preflight's answer name them. */
export const METHODS = 'POST, GET, DELETE, OPTIONS'

/** Request headers that an MCP client of either era sends, beside those that a page may send anyway. */
const REQUEST_HEADERS =
  'authorization, content-type, accept, idempotency-key, last-event-id, mcp-method, mcp-name, mcp-protocol-version, mcp-session-id'
/** Answer headers that a client reads: its session, when to come back, why it was refused, what to quote. */
const EXPOSED_HEADERS =
  'mcp-session-id, mcp-protocol-version, retry-after, www-authenticate, x-mcp-orchestra-session-resumable, x-request-id'
/** How long a browser may keep a preflight's answer, in seconds: two hours is the most that Chromium does. */
const MAX_AGE_SECONDS = '7200'
/** Tool parameters that the modern era repeats as headers (MCP 2026-07-28, request headers). */
const PARAMETER_HEADER = /^mcp-param-[a-z0-9-]+$/i

/** Every answer differs by the page that asks, also the one that names no page (RFC 9110 §12.5.5). */
const FOR_NO_PAGE: Readonly<Record<string, string>> = Object.freeze({ vary: 'Origin' })

/**
 * What every answer to a request carries, refusals included, so that an allowed page can read them
 * (Fetch standard, CORS protocol). Exact origins, never `*`, and no credentials: callers bring keys, not cookies.
 */
export function corsHeaders(
  headers: IncomingHttpHeaders,
  allowedOrigins: ReadonlySet<string>,
  requestId: () => string,
): Readonly<Record<string, string>> {
  const { origin } = headers
  if (origin === undefined || !allowedOrigins.has(origin)) return FOR_NO_PAGE
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': EXPOSED_HEADERS,
    'x-request-id': requestId(),
  }
}

/** What the answer to a preflight of an allowed page carries besides: what it may send, and for how long that holds. */
export function preflightHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const asked = headerOf(headers, 'access-control-request-headers') ?? ''
  const parameters = asked
    .split(',')
    .map((name) => name.trim())
    .filter((name) => PARAMETER_HEADER.test(name))
  const isPrivate = headerOf(headers, 'access-control-request-private-network') === 'true'
  return {
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Private-Network',
    'access-control-allow-methods': METHODS,
    'access-control-allow-headers': [REQUEST_HEADERS, ...parameters].join(', '),
    'access-control-max-age': MAX_AGE_SECONDS,
    // A public page that reaches into this machine's network needs a word of its own (Private Network Access §3).
    ...(isPrivate ? { 'access-control-allow-private-network': 'true' } : {}),
  }
}
