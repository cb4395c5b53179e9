import type { MiddlewareHandler } from 'hono'

/** An API answer is data: nothing in it may be run, framed or guessed. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'"

/** Headers of every answer; a page may set a policy of its own before. */
export function securityHeaders(): MiddlewareHandler {
  return async (context, next) => {
    await next()
    const { headers } = context.res
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', API_POLICY)
    headers.set('x-content-type-options', 'nosniff')
    headers.set('referrer-policy', 'no-referrer')
    headers.set('x-frame-options', 'DENY')
    headers.set('cross-origin-resource-policy', 'same-origin')
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  }
}
