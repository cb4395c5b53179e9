import type { Clock } from '@mcp-orchestra/kernel'

/** How many further calls a key may make now, or how long it must wait. */
export type RateDecision =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'limited'; readonly retryAfterMs: number }

/** One virtual scheduling cell per key. Approximate across gateways by design; money caps are not (spending §1.2). */
export interface RateLimiter {
  admit(keyId: string, ratePerMinute: number): RateDecision
  forget(keyId: string): void
}

const MINUTE_MS = 60_000

/**
 * Generic cell rate algorithm: a key may send a whole minute's worth at once (people page through a tool
 * list in a burst), then one call each `60 s / rate`.
 */
export function createRateLimiter(clock: Clock): RateLimiter {
  /** Theoretical arrival time of the next call, monotonic ms; one entry per key of the snapshot. */
  const arrivals = new Map<string, number>()
  return {
    admit(keyId, ratePerMinute) {
      const now = clock.monotonicMs()
      const interval = MINUTE_MS / ratePerMinute
      const arrival = Math.max(now, arrivals.get(keyId) ?? now)
      const waitMs = arrival + interval - MINUTE_MS - now
      // A millionth of a millisecond forgives what summing fractions of a minute rounds away.
      if (waitMs > 1e-6) return { kind: 'limited', retryAfterMs: waitMs }
      arrivals.set(keyId, arrival + interval)
      return { kind: 'admitted' }
    },
    forget(keyId) {
      arrivals.delete(keyId)
    },
  }
}
