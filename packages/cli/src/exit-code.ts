import { OrchestraProblem } from '@mcp-orchestra/sdk'

/** What each exit code means; scripts may rely on it (docs in this package's README). */
export const EXIT_CODES = {
  ok: 0,
  /** A fault of the program itself. */
  fault: 1,
  /** The command line was wrong: nothing was sent. */
  usage: 2,
  /** No key, a wrong one, or one that lacks the permission (401, 403). */
  forbidden: 3,
  /** No such thing (404). */
  notFound: 4,
  /** Not enough money, or over a cap (402). */
  payment: 5,
  /** The platform understood and refused (400, 409, 413, 415, 422). */
  refused: 6,
  /** The platform or a server is away, slow or busy (429, 5xx): later it may work. */
  unavailable: 7,
  /** The tool ran and reported an error. */
  toolError: 8,
} as const

/** A mistake in the command line that commander cannot see. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** The exit code of what a command threw. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT_CODES.usage
  if (!(error instanceof OrchestraProblem)) return EXIT_CODES.fault
  const { status } = error
  if (status === 401 || status === 403) return EXIT_CODES.forbidden
  if (status === 404) return EXIT_CODES.notFound
  if (status === 402) return EXIT_CODES.payment
  if (status === 429 || status >= 500) return EXIT_CODES.unavailable
  return EXIT_CODES.refused
}
