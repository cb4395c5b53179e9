import { OrchestraProblem } from '../problem.ts'

/** Attempts after the first: with the pauses below, some fifteen seconds, more than a restart takes. */
export const RETRIES_MAX = 8
/** The same for a refusal that says it may pass: the gateway is there, so a person should soon hear of it. */
export const REFUSED_RETRIES_MAX = 3
/** The first pause; each further one is twice as long. */
const FIRST_PAUSE_MS = 100
/** The longest pause, also of a `Retry-After`: the caller's time limit is the other bound. */
const PAUSE_MS_MAX = 5_000

/** The pause before the next attempt: what the platform asked for, else doubling. */
export function retryDelayMs(attempt: number, error: unknown): number {
  const asked = error instanceof OrchestraProblem ? error.retryAfterSeconds : undefined
  const pauseMs = asked === undefined ? FIRST_PAUSE_MS * 2 ** (attempt - 1) : asked * 1_000
  return Math.min(pauseMs, PAUSE_MS_MAX)
}
