import { createHash } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { ApiEnv } from '@mcp-orchestra/api/http-app'
import { clientAddress } from './client-address.ts'
import type { Gcra, Rate } from './gcra.ts'
import { refuse } from './problems.ts'

/** The limits of one group of routes. */
export type RouteRates = { readonly perAddress: Rate; readonly perCredential: Rate }

/** Public API: a console page makes a dozen requests, a script a few a second. */
export const PUBLIC_RATES: RouteRates = {
  perAddress: { perMinute: 6_000, burst: 1_000 },
  perCredential: { perMinute: 3_000, burst: 500 },
}

/** Gateways ship batches and ask for leases; a broken one must still not starve the database. */
export const LINK_RATES: RouteRates = {
  perAddress: { perMinute: 120_000, burst: 10_000 },
  perCredential: { perMinute: 60_000, burst: 5_000 },
}

/** Refuses a peer or a credential that asks faster than the rates; both are looked at before any work. */
export function rateLimit(gcra: Gcra, rates: RouteRates): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    const waits = [gcra.take(`address ${clientAddress(context)}`, rates.perAddress)]
    const credential = context.req.header('authorization') ?? context.req.header('cookie')
    if (credential !== undefined) {
      // The limiter keeps a digest: a heap dump must not hold keys.
      const digest = createHash('sha256').update(credential).digest('base64')
      waits.push(gcra.take(`credential ${digest}`, rates.perCredential))
    }
    const waitMs = Math.max(...waits)
    if (waitMs > 0) throw refuse('request.rate_limited', { retryAfterSeconds: waitMs / 1_000 })
    await next()
  }
}
