import { Problem, toProblemDocument } from '@mcp-orchestra/kernel'
import { HTTPException } from 'hono/http-exception'
import { z } from 'zod'
import { sqlErrorOf } from '../postgres/index.ts'
import { refuse } from './problems.ts'

/** PostgreSQL's word for a NUL in text, and in JSON (manual, appendix A): only a caller can have sent it. */
const UNSTORABLE: ReadonlySet<string> = new Set(['22021', '22P05'])

/** Most field errors that one answer lists: enough to mend a form, bounded for a hostile body. */
const FIELD_ERRORS_MAX = 32

/** Translates whatever a handler threw into a refusal; what is not expected becomes `internal`. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  if (thrown instanceof z.ZodError) return invalidRequest(thrown)
  if (thrown instanceof HTTPException && thrown.status === 400) {
    return refuse('request.invalid', { detail: 'The body is not JSON.', cause: thrown })
  }
  if (thrown instanceof HTTPException && thrown.status === 413) {
    return refuse('request.too_large', { cause: thrown })
  }
  if (UNSTORABLE.has(sqlErrorOf(thrown)?.code ?? '')) {
    return refuse('request.invalid', {
      detail: 'A text holds a character that cannot be kept (U+0000).',
      cause: thrown,
    })
  }
  return refuse('internal', { cause: thrown })
}

/** The refusal of a request that does not parse: which field, and what is wrong with it. */
export function invalidRequest(error: z.core.$ZodError): Problem {
  const errors = error.issues
    .slice(0, FIELD_ERRORS_MAX)
    .map((issue) => ({ field: issue.path.map(String).join('.'), message: issue.message }))
  return refuse('request.invalid', { members: { errors }, cause: error })
}

/** The RFC 9457 answer of a refusal; carries the request id and nothing from inside. */
export function problemAnswer(problem: Problem, requestId: string | undefined): Response {
  const headers = new Headers({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  })
  if (problem.kind.status === 401) headers.set('www-authenticate', 'Bearer')
  const retryAfter = problem.retryAfterSeconds
  if (retryAfter !== undefined) headers.set('retry-after', String(Math.ceil(retryAfter)))
  return new Response(JSON.stringify(toProblemDocument(problem, requestId)), {
    status: problem.kind.status,
    headers,
  })
}
