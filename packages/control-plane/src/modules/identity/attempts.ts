import type { Clock } from '@mcp-orchestra/kernel'
import { refuse } from './problems.ts'

/** Attempts at one account within the window: a person who forgot, not a machine that guesses. */
const ACCOUNT_ATTEMPTS_MAX = 10
/** Attempts from one address within the window, whatever account: an office behind one address. */
const ADDRESS_ATTEMPTS_MAX = 100
const WINDOW_MS = 900_000
/** Accounts and addresses remembered at most; the longest unseen is forgotten first. */
const SUBJECTS_MAX = 50_000

/** Bounds guessing, by account (whoever asks) and by address (whatever account). */
export interface SignInAttempts {
  /** Counts one attempt, or throws a 429 problem when there were too many; no account for links. */
  count(attempt: { readonly address: string; readonly account: string | undefined }): void
}

/** A fixed window per subject, in memory. */
export function createSignInAttempts(clock: Clock): SignInAttempts {
  const seen = new Map<string, { attempts: number; endsMs: number }>()

  function countOne(subject: string, attemptsMax: number): void {
    const nowMs = clock.monotonicMs()
    const found = seen.get(subject)
    const open = found !== undefined && found.endsMs > nowMs
    const window = open ? found : { attempts: 0, endsMs: nowMs + WINDOW_MS }
    seen.delete(subject)
    seen.set(subject, { ...window, attempts: window.attempts + 1 })
    const oldest = seen.keys().next()
    if (seen.size > SUBJECTS_MAX && oldest.done !== true) seen.delete(oldest.value)
    if (window.attempts >= attemptsMax) {
      throw refuse('identity.too_many_attempts', {
        retryAfterSeconds: (window.endsMs - nowMs) / 1_000,
      })
    }
  }

  return {
    count({ address, account }) {
      countOne(`address ${address}`, ADDRESS_ATTEMPTS_MAX)
      if (account !== undefined) countOne(`account ${account.toLowerCase()}`, ACCOUNT_ATTEMPTS_MAX)
    },
  }
}
