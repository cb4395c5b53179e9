import type { Clock } from '@mcp-orchestra/kernel'
import { refuse } from './problems.ts'

/** Attempts at one account or from one address within the window. */
const ATTEMPTS_MAX = 10
const WINDOW_MS = 900_000
/** Accounts and addresses remembered at most; the oldest is forgotten first. */
const SUBJECTS_MAX = 50_000

/** Bounds guessing: by account (whoever asks) and by address (whatever account). */
export interface SignInAttempts {
  /** Counts one attempt of each subject, or throws a 429 problem when one has had too many. */
  count(subjects: readonly string[]): void
}

/** A fixed window per subject, in memory. */
export function createSignInAttempts(clock: Clock): SignInAttempts {
  const seen = new Map<string, { attempts: number; endsMs: number }>()
  return {
    count(subjects) {
      const nowMs = clock.monotonicMs()
      for (const subject of subjects) {
        const found = seen.get(subject)
        const window =
          found === undefined || found.endsMs <= nowMs
            ? { attempts: 0, endsMs: nowMs + WINDOW_MS }
            : found
        seen.delete(subject)
        seen.set(subject, { ...window, attempts: window.attempts + 1 })
        const oldest = seen.keys().next()
        if (seen.size > SUBJECTS_MAX && oldest.done !== true) seen.delete(oldest.value)
        if (window.attempts >= ATTEMPTS_MAX) {
          throw refuse('identity.too_many_attempts', {
            retryAfterSeconds: (window.endsMs - nowMs) / 1_000,
          })
        }
      }
    },
  }
}
