/** One row of a module's table of refusals. */
export type ProblemKind = {
  /** HTTP status (RFC 9110 §15). */
  readonly status: number
  /** A sentence a person can act on; the same for every occurrence. */
  readonly title: string
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean
  /** JSON-RPC error code inside MCP, outside -32768..-32000 (architecture §10). */
  readonly rpcCode?: number
}

/** A module's refusals: stable code (`ledger.insufficient_funds`) → kind. */
export type ProblemTable = Readonly<Record<string, ProblemKind>>

/** What one occurrence adds: `detail` is for the caller, `cause` stays inside. */
export type ProblemOccurrence = {
  readonly detail?: string
  readonly cause?: unknown
  /** Public members beside the standard ones (RFC 9457 §3.2). */
  readonly members?: Readonly<Record<string, unknown>>
  /** Seconds after which a retry makes sense (RFC 9110 §10.2.3). */
  readonly retryAfterSeconds?: number
}

/** An expected refusal: thrown by services, translated once at each edge. */
export class Problem extends Error {
  override name = 'Problem'
  readonly code: string
  readonly kind: ProblemKind
  readonly detail: string | undefined
  readonly members: Readonly<Record<string, unknown>>
  readonly retryAfterSeconds: number | undefined

  constructor(code: string, kind: ProblemKind, occurrence: ProblemOccurrence = {}) {
    super(occurrence.detail ?? kind.title, { cause: occurrence.cause })
    this.code = code
    this.kind = kind
    this.detail = occurrence.detail
    this.members = occurrence.members ?? {}
    this.retryAfterSeconds = occurrence.retryAfterSeconds
  }
}

/** Makes the thrower of a module's table: `refuse('ledger.insufficient_funds', { detail })`. */
export function problemsOf<T extends ProblemTable>(
  table: T,
): (code: keyof T & string, occurrence?: ProblemOccurrence) => Problem {
  return (code, occurrence) => {
    const kind = table[code]
    if (kind === undefined) throw new Error(`unknown problem code ${code}`)
    return new Problem(code, kind, occurrence)
  }
}

/** Type URI prefix of our problems (RFC 9457 §3.1.1); each code has a page of that name in docs/problems. */
export const PROBLEM_TYPE_PREFIX = 'urn:mcp-orchestra:problem:'

/** The RFC 9457 document of a problem: what the caller may know, and nothing else. */
export function toProblemDocument(problem: Problem, instance?: string): Record<string, unknown> {
  return {
    type: `${PROBLEM_TYPE_PREFIX}${problem.code}`,
    title: problem.kind.title,
    status: problem.kind.status,
    code: problem.code,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    ...(instance === undefined ? {} : { instance }),
    retryable: problem.kind.retryable,
    ...problem.members,
  }
}
