import { RPC_UNAVAILABLE } from '@mcp-orchestra/api/mcp-meta'
import { problemsOf, type ProblemTable } from '@mcp-orchestra/kernel'

/** Refusals that protect a server which does not answer, and the callers who would wait for it. */
export const HEALTH_PROBLEMS = {
  'health.server_down': {
    status: 503,
    title: 'The server could not be reached several times in a row; it is tried again shortly.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
} as const satisfies ProblemTable

export const refuse = problemsOf(HEALTH_PROBLEMS)
