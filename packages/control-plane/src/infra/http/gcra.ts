import type { Clock } from '@mcp-orchestra/kernel'

/** A rate and how much of it may come at once. */
export type Rate = {
  readonly perMinute: number
  /** Requests that may arrive together before the rate holds. */
  readonly burst: number
}

/** Generic cell rate algorithm (ITU-T I.371): one number per key, no timers. */
export interface Gcra {
  /** Takes one request of a key; returns 0 when it may pass, else the ms to wait. */
  take(key: string, rate: Rate): number
}

/** Keys remembered at most: a few megabytes; the longest unseen one is forgotten first. */
const KEYS_MAX = 50_000

/** A limiter in memory. Forgetting a key only ever lets a request through, never holds one back. */
export function createGcra(clock: Clock, keysMax: number = KEYS_MAX): Gcra {
  /** Key → theoretical arrival time, in monotonic ms, in order of last use. */
  const arrivals = new Map<string, number>()
  return {
    take(key, rate) {
      const now = clock.monotonicMs()
      const intervalMs = 60_000 / rate.perMinute
      const arrival = Math.max(arrivals.get(key) ?? now, now)
      const waitMs = arrival - (rate.burst - 1) * intervalMs - now
      if (waitMs > 0) return Math.ceil(waitMs)
      arrivals.delete(key)
      arrivals.set(key, arrival + intervalMs)
      if (arrivals.size > keysMax) {
        const oldest = arrivals.keys().next()
        if (oldest.done !== true) arrivals.delete(oldest.value)
      }
      return 0
    },
  }
}
