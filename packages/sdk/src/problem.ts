import { SDK_PROBLEMS, type SdkProblemCode } from './problems.ts'

/** What a problem document may hold; everything beside the standard members is in `members` (RFC 9457 §3). */
export type ProblemParts = {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly retryable: boolean
  readonly detail?: string | undefined
  /** The request id, to quote to support (RFC 9457 `instance`). */
  readonly instance?: string | undefined
  /** The JSON-RPC error code, when the refusal came inside MCP. */
  readonly rpcCode?: number | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly members?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** Every refusal that the SDK throws: the platform's problem document, or one of {@link SDK_PROBLEMS}. */
export class OrchestraProblem extends Error {
  override name = 'OrchestraProblem'
  /** Stable code to branch on: `ledger.insufficient_funds`. */
  readonly code: string
  /** HTTP status, also of refusals that came inside MCP with HTTP 200. */
  readonly status: number
  /** The same sentence for every occurrence of the code. */
  readonly title: string
  /** What is particular about this occurrence. */
  readonly detail: string | undefined
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean
  readonly instance: string | undefined
  readonly rpcCode: number | undefined
  readonly retryAfterSeconds: number | undefined
  /** Further public members of the document: price, balance, `errors` … */
  readonly members: Readonly<Record<string, unknown>>

  constructor(parts: ProblemParts) {
    super(parts.detail ?? parts.title, { cause: parts.cause })
    this.code = parts.code
    this.status = parts.status
    this.title = parts.title
    this.detail = parts.detail
    this.retryable = parts.retryable
    this.instance = parts.instance
    this.rpcCode = parts.rpcCode
    this.retryAfterSeconds = parts.retryAfterSeconds
    this.members = parts.members ?? {}
  }
}

/** A refusal of the SDK itself. */
export function sdkProblem(
  code: SdkProblemCode,
  occurrence: Omit<ProblemParts, 'code' | 'title' | 'status' | 'retryable'> & {
    status?: number
  } = {},
): OrchestraProblem {
  return new OrchestraProblem({ code, ...SDK_PROBLEMS[code], ...occurrence })
}

const STANDARD_MEMBERS = new Set([
  'type',
  'title',
  'status',
  'code',
  'detail',
  'instance',
  'retryable',
])

/** Reads an RFC 9457 document of ours; undefined when it is not one. */
export function problemFromDocument(
  document: unknown,
  more: { rpcCode?: number; retryAfterSeconds?: number | undefined } = {},
): OrchestraProblem | undefined {
  if (!isRecord(document)) return undefined
  const { code, status, title, detail, instance, retryable } = document
  if (typeof code !== 'string' || typeof status !== 'number' || typeof title !== 'string') {
    return undefined
  }
  return new OrchestraProblem({
    code,
    status,
    title,
    retryable: retryable === true,
    detail: typeof detail === 'string' ? detail : undefined,
    instance: typeof instance === 'string' ? instance : undefined,
    members: Object.fromEntries(
      Object.entries(document).filter(([name]) => !STANDARD_MEMBERS.has(name)),
    ),
    ...more,
  })
}

/** Seconds of a `Retry-After` header (RFC 9110 §10.2.3); undefined when absent or a date. */
export function retryAfterOf(headers: Headers): number | undefined {
  const text = headers.get('retry-after')
  return text !== null && /^\d{1,6}$/.test(text) ? Number.parseInt(text, 10) : undefined
}

/** Whether a value is a plain JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
