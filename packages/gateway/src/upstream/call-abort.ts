import type { CallOutcomeKind } from '@mcp-orchestra/api/journal-record'
import { Problem } from '@mcp-orchestra/kernel'
import { refuseUpstream } from './problems.ts'

/** Why a call in flight was ended from our side; `problem` is what the client is told, if it still listens. */
export class CallAbort extends Error {
  override name = 'CallAbort'
  readonly outcome: CallOutcomeKind
  readonly problem: Problem | undefined

  constructor(outcome: CallOutcomeKind, problem: Problem | undefined) {
    super(`the call was ended: ${outcome}`)
    this.outcome = outcome
    this.problem = problem
  }
}

/** The end of a call as charging sees it and as the client is told. */
export type CallFailure = {
  readonly outcome: CallOutcomeKind
  readonly problem: Problem | undefined
}

/** Reads any error of the relay; what is neither an abort nor a problem is a bug and becomes `upstream.failed`. */
export function failureOf(error: unknown): CallFailure {
  if (error instanceof CallAbort) return { outcome: error.outcome, problem: error.problem }
  if (!(error instanceof Problem)) {
    return {
      outcome: 'upstream_failed',
      problem: refuseUpstream('upstream.failed', { cause: error }),
    }
  }
  switch (error.code) {
    case 'upstream.result_too_large':
      return { outcome: 'result_too_large', problem: error }
    case 'upstream.invalid_answer':
      return { outcome: 'invalid_result', problem: error }
    case 'upstream.timeout':
      return { outcome: 'timeout', problem: error }
    // The server is well: what is missing is an account of the caller.
    case 'upstream.authorization_required':
    case 'upstream.authorization_refused':
      return { outcome: 'unauthorized', problem: error }
    default:
      return { outcome: 'upstream_failed', problem: error }
  }
}
