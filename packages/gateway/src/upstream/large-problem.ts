import type { LargeResultError } from '../protocol/json/large-result.ts'
import { refuseUpstream } from './problems.ts'

/** What was wrong with a large result as the client is told. */
export function largeProblem(error: LargeResultError): Error {
  const code =
    error.reason === 'too_large' ? 'upstream.result_too_large' : 'upstream.invalid_answer'
  return refuseUpstream(code, { detail: error.message, cause: error })
}
