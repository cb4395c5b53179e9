import { RPC_UNAVAILABLE } from '@mcp-orchestra/api/mcp-meta'
import { problemsOf } from '@mcp-orchestra/kernel'

/** JSON-RPC codes for what HTTP says by status: outside the reserved range, the status first. */
const RPC_BAD_REQUEST = 400001
const RPC_NOT_FOUND = 404001

/** Refusals of the front door; every code has a page in docs/problems. */
export const LISTEN_PROBLEMS = {
  'listen.host_refused': {
    status: 403,
    title: 'The Host header names none of the hosts that this gateway serves.',
    retryable: false,
  },
  'listen.origin_refused': {
    status: 403,
    title: 'Pages of this origin may not call this gateway.',
    retryable: false,
  },
  'listen.unknown_endpoint': {
    status: 404,
    title: 'There is no MCP endpoint at this address.',
    retryable: false,
  },
  'listen.method_not_allowed': {
    status: 405,
    title: 'This endpoint does not take this HTTP method.',
    retryable: false,
  },
  'listen.not_acceptable': {
    status: 406,
    title: 'The Accept header has to allow application/json and text/event-stream.',
    retryable: false,
  },
  'listen.body_timeout': {
    status: 408,
    title: 'The request body did not arrive in time.',
    retryable: true,
  },
  'listen.body_too_large': {
    status: 413,
    title: 'The request body is over 4 MiB.',
    retryable: false,
  },
  'listen.media_type': {
    status: 415,
    title: 'The request body has to be application/json in UTF-8.',
    retryable: false,
  },
  'listen.invalid_meta': {
    status: 400,
    title: 'A value under io.mcp-orchestra in _meta, or the Idempotency-Key header, is not valid.',
    retryable: false,
    rpcCode: RPC_BAD_REQUEST,
  },
  'listen.session_required': {
    status: 400,
    title: 'This request needs the Mcp-Session-Id that initialize answered with.',
    retryable: false,
    rpcCode: RPC_BAD_REQUEST,
  },
  'listen.session_unknown': {
    status: 404,
    title: 'The session is unknown or has ended. Initialize again.',
    retryable: false,
    rpcCode: RPC_NOT_FOUND,
  },
  'listen.question_lost': {
    status: 400,
    title: 'The question that this answers was asked by a gateway process that has ended.',
    retryable: false,
    rpcCode: RPC_BAD_REQUEST,
  },
  'listen.sessions_exhausted': {
    status: 503,
    title: 'The gateway holds as many sessions as it can.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
  'listen.peer_away': {
    status: 503,
    title: 'The gateway that holds this session or purchase is away. Repeat with the same key.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
  'listen.stopping': {
    status: 503,
    title: 'The gateway is stopping. Nothing was charged.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
  'listen.internal': {
    status: 500,
    title: 'The gateway failed while it had this request. Nothing was charged.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
} as const

/** Makes a refusal of this table. */
export const refuseListen = problemsOf(LISTEN_PROBLEMS)
