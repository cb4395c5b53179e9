import type { Clock } from '@mcp-orchestra/kernel'

/** How old the replica's knowledge is, by monotonic time (spending §7.20). */
export interface Freshness {
  heard(): void
  disconnected(): void
  /** Takes over the age of a copy from disk, in ms; a negative one (the clock was set back) proves nothing. */
  restore(ageMs: number): void
  /** Milliseconds since the control plane was last heard; 0 while it is connected and speaks. */
  staleMs(): number
}

/** Starts as never heard: infinitely stale. `silenceMs` is how long a connected link may say nothing. */
export function createFreshness(clock: Clock, silenceMs: number): Freshness {
  let heardAt = Number.NEGATIVE_INFINITY
  let connected = false
  return {
    heard() {
      heardAt = clock.monotonicMs()
      connected = true
    },
    disconnected() {
      connected = false
    },
    restore(ageMs) {
      heardAt = ageMs < 0 ? Number.NEGATIVE_INFINITY : clock.monotonicMs() - ageMs
    },
    staleMs() {
      const ageMs = clock.monotonicMs() - heardAt
      // A process that was suspended is still "connected" when it wakes: its age tells the truth.
      return connected && ageMs <= silenceMs ? 0 : ageMs
    },
  }
}
