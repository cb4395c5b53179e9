import { RPC_UNAVAILABLE, RPC_UPSTREAM_FAILED } from '@mcp-orchestra/api/mcp-meta'
import { problemsOf, type ProblemTable } from '@mcp-orchestra/kernel'

/** Refusals of routing and aggregation. */
export const ROUTE_PROBLEMS = {
  'route.server_off': {
    status: 503,
    title: 'The server is switched off by its publisher.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
  'route.list_failed': {
    status: 502,
    title: 'A server behind the endpoint did not give its list.',
    retryable: true,
    rpcCode: RPC_UPSTREAM_FAILED,
  },
  'route.owner_unreachable': {
    status: 503,
    title: 'The gateway that keeps this purchase does not answer; repeat with the same key.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
} as const satisfies ProblemTable

export const refuse = problemsOf(ROUTE_PROBLEMS)
