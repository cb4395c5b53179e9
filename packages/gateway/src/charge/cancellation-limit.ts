import type { Clock } from '@mcp-orchestra/kernel'
import { refuse } from './problems.ts'

/** Paid calls that a key may cancel in a minute: each made a server work, and nobody pays for it (spending §3.11). */
export const CANCELLATIONS_PER_MINUTE_MAX = 60

const WINDOW_MS = 60_000

/** Keys watched at once; the oldest window makes room, for it has the least left to say. */
const KEYS_WATCHED_MAX = 10_000

/** Slows down keys that let servers work and leave before the result. */
export interface CancellationLimit {
  /** A paid call of this key was cancelled and released. */
  note(keyId: string): void
  /** Throws `charge.too_many_cancellations` until the key's minute is over. */
  refuseExcess(keyId: string): void
}

type Window = { readonly startedAtMs: number; count: number }

/** Watches nobody at first. */
export function createCancellationLimit(clock: Clock): CancellationLimit {
  const windows = new Map<string, Window>()

  function currentOf(keyId: string): Window | undefined {
    const window = windows.get(keyId)
    if (window === undefined) return undefined
    if (clock.monotonicMs() - window.startedAtMs < WINDOW_MS) return window
    windows.delete(keyId)
    return undefined
  }

  return {
    note(keyId) {
      const window = currentOf(keyId)
      if (window !== undefined) {
        window.count += 1
        return
      }
      const [oldest] = windows.keys()
      if (windows.size >= KEYS_WATCHED_MAX && oldest !== undefined) windows.delete(oldest)
      windows.set(keyId, { startedAtMs: clock.monotonicMs(), count: 1 })
    },
    refuseExcess(keyId) {
      const window = currentOf(keyId)
      if (window === undefined || window.count < CANCELLATIONS_PER_MINUTE_MAX) return
      const leftMs = window.startedAtMs + WINDOW_MS - clock.monotonicMs()
      const retryAfterSeconds = Math.ceil(leftMs / 1_000)
      throw refuse('charge.too_many_cancellations', { retryAfterSeconds })
    },
  }
}
