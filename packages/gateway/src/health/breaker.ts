import type { Clock } from '@mcp-orchestra/kernel'

/** Failures in a row after which nobody is let through: one or two may be a restart. */
const FAILURES_TO_OPEN = 5
/** The first pause, doubled at each failed trial up to the longest: a restarted server is back within seconds. */
const OPEN_FIRST_MS = 1_000
const OPEN_MAX_MS = 30_000

/** Lets calls through (closed), none (open), or one trial at a time (half-open). */
export interface Breaker {
  /** Milliseconds until a trial is let through; 0 admits (and takes the trial when half-open). */
  admit(): number
  succeeded(): void
  failed(): void
  state(): 'closed' | 'open' | 'half-open'
}

/** A breaker of one server; an abandoned trial frees its place after the pause. */
export function createBreaker(clock: Clock): Breaker {
  let failures = 0
  let pauseMs = OPEN_FIRST_MS
  let closedUntil = Number.NEGATIVE_INFINITY
  const isOpen = (): boolean => failures >= FAILURES_TO_OPEN
  return {
    admit() {
      if (!isOpen()) return 0
      const waitMs = closedUntil - clock.monotonicMs()
      if (waitMs > 0) return waitMs
      closedUntil = clock.monotonicMs() + pauseMs
      return 0
    },
    succeeded() {
      failures = 0
      pauseMs = OPEN_FIRST_MS
    },
    failed() {
      if (isOpen()) pauseMs = Math.min(pauseMs * 2, OPEN_MAX_MS)
      failures += 1
      if (isOpen()) closedUntil = clock.monotonicMs() + pauseMs
    },
    state() {
      if (!isOpen()) return 'closed'
      return closedUntil > clock.monotonicMs() ? 'open' : 'half-open'
    },
  }
}
