import { z } from '@hono/zod-openapi'
import { ProblemDocument } from '../problem.ts'

/** Why each refusal status is sent; the code inside the document says it exactly. */
const REFUSALS = {
  400: 'The request is malformed; `errors` names the fields.',
  401: 'No credential, or one that is unknown, expired or revoked.',
  402: 'Not enough money.',
  403: 'The credential lacks the permission.',
  404: 'No such thing, or none that the caller may see.',
  409: 'It contradicts what is already there.',
  410: 'It was there once and is used up or expired.',
  413: 'The body is larger than 1 MiB, or than 9 MiB where an OpenAPI document may be in it.',
  415: 'The body is not `application/json`.',
  422: 'Understood, but not acceptable.',
  429: 'Too many requests; `Retry-After` says when.',
  500: 'A fault of ours; quote `instance` to support.',
  502: 'An upstream failed.',
  503: 'Not available now; `Retry-After` says when.',
  504: 'An upstream did not answer in time.',
} as const

/** A status of refusal that a route may declare. */
export type RefusalStatus = keyof typeof REFUSALS

type RefusalAnswer = {
  readonly description: string
  readonly content: {
    readonly 'application/problem+json': { readonly schema: typeof ProblemDocument }
  }
}

/** A JSON answer of a route: `responses: { 200: answer(Schema, 'What it is.') }`. */
export function answer<S extends z.ZodType>(
  schema: S,
  description: string,
): { description: string; content: { 'application/json': { schema: S } } } {
  return { description, content: { 'application/json': { schema } } }
}

/** A required JSON body of a request: `request: { body: body(Schema) }`. */
export function body<S extends z.ZodType>(
  schema: S,
): { required: true; content: { 'application/json': { schema: S } } } {
  return { required: true, content: { 'application/json': { schema } } }
}

/** The refusals of one route as RFC 9457 documents: spread into `responses`. */
export function refusals<const T extends readonly RefusalStatus[]>(
  ...statuses: T
): { [S in T[number]]: RefusalAnswer } {
  const entries = statuses.map((status) => [
    status,
    {
      description: REFUSALS[status],
      content: { 'application/problem+json': { schema: ProblemDocument } },
    },
  ])
  return Object.fromEntries(entries) as { [S in T[number]]: RefusalAnswer }
}

/** The refusals that every authenticated route can answer with, whatever it does. */
export const guarded: { [S in 400 | 401 | 403 | 429 | 500 | 503]: RefusalAnswer } = refusals(
  400,
  401,
  403,
  429,
  500,
  503,
)

/** A named document or null. (`.nullable()` on a named one says "never null" to JSON Schema readers.) */
export function orNull<S extends z.ZodType>(document: S): z.ZodUnion<[S, z.ZodNull]> {
  return z.union([document, z.null()])
}
