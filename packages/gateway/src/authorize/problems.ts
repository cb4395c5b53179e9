import { RPC_FORBIDDEN, RPC_RATE_LIMITED, RPC_UNAVAILABLE } from '@mcp-orchestra/api/mcp-meta'
import { problemsOf, type ProblemTable } from '@mcp-orchestra/kernel'

/** JSON-RPC code of a missing or wrong credential: ours, outside the reserved range (architecture §10). */
const RPC_UNAUTHENTICATED = 401001
/** JSON-RPC code of a server that is unknown, or unseen by this caller: both look the same. */
const RPC_NOT_FOUND = 404001

/** Refusals of the gateway's authorization. */
export const AUTHORIZE_PROBLEMS = {
  'authorize.key_missing': {
    status: 401,
    title: 'Send an API key: `Authorization: Bearer mcpo_live_…`.',
    retryable: false,
    rpcCode: RPC_UNAUTHENTICATED,
  },
  'authorize.key_invalid': {
    status: 401,
    title: 'This API key is unknown, revoked or mistyped; issue a new one.',
    retryable: false,
    rpcCode: RPC_UNAUTHENTICATED,
  },
  'authorize.key_expired': {
    status: 401,
    title: 'This API key has expired; issue or rotate one.',
    retryable: false,
    rpcCode: RPC_UNAUTHENTICATED,
  },
  'authorize.organization_suspended': {
    status: 403,
    title: 'The organization is suspended; its owner must speak with the operator.',
    retryable: false,
    rpcCode: RPC_FORBIDDEN,
  },
  'authorize.permission_missing': {
    status: 403,
    title: 'This key lacks the permission tools:call.',
    retryable: false,
    rpcCode: RPC_FORBIDDEN,
  },
  'authorize.tool_denied': {
    status: 403,
    title: 'The grants of this key do not cover what it asks for.',
    retryable: false,
    rpcCode: RPC_FORBIDDEN,
  },
  'authorize.server_unknown': {
    status: 404,
    title: 'No server of that name is visible to this key.',
    retryable: false,
    rpcCode: RPC_NOT_FOUND,
  },
  'authorize.rate_limited': {
    status: 429,
    title: 'This key calls more often than its limit per minute allows.',
    retryable: true,
    rpcCode: RPC_RATE_LIMITED,
  },
  'authorize.stale': {
    status: 503,
    title: 'The gateway has not heard from the control plane for too long to know who may call.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
} as const satisfies ProblemTable

export const refuse = problemsOf(AUTHORIZE_PROBLEMS)
