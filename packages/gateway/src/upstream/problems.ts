import {
  RPC_AUTHORIZATION_REQUIRED,
  RPC_FORBIDDEN,
  RPC_UNAVAILABLE,
  RPC_UPSTREAM_FAILED,
  RPC_UPSTREAM_TIMEOUT,
} from '@mcp-orchestra/api/mcp-meta'
import { problemsOf, type Problem } from '@mcp-orchestra/kernel'

/** Refusals about the server behind the gateway; every code has a page in docs/problems. */
export const UPSTREAM_PROBLEMS = {
  'upstream.failed': {
    status: 502,
    title: 'The MCP server failed while it had this request. Nothing was charged.',
    retryable: true,
    rpcCode: RPC_UPSTREAM_FAILED,
  },
  'upstream.unreachable': {
    status: 502,
    title: 'The MCP server cannot be reached. Nothing was charged.',
    retryable: true,
    rpcCode: RPC_UPSTREAM_FAILED,
  },
  'upstream.invalid_answer': {
    status: 502,
    title: 'The MCP server answered something that is no MCP message. Nothing was charged.',
    retryable: false,
    rpcCode: RPC_UPSTREAM_FAILED,
  },
  'upstream.result_too_large': {
    status: 502,
    title: 'The result is over the limit set for this server. Nothing was charged.',
    retryable: false,
    rpcCode: RPC_UPSTREAM_FAILED,
  },
  'upstream.timeout': {
    status: 504,
    title: 'The MCP server did not answer in time. Nothing was charged.',
    retryable: true,
    rpcCode: RPC_UPSTREAM_TIMEOUT,
  },
  'upstream.busy': {
    status: 503,
    title: 'The MCP server has as many calls in flight as its limit allows.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
  'upstream.authorization_required': {
    status: 403,
    title: 'The MCP server wants you to authorize first. Nothing was charged.',
    retryable: false,
    rpcCode: RPC_AUTHORIZATION_REQUIRED,
  },
  'upstream.authorization_refused': {
    status: 403,
    title: 'The MCP server refuses the account that it is called with. Nothing was charged.',
    retryable: false,
    rpcCode: RPC_FORBIDDEN,
  },
  'upstream.authorization_unavailable': {
    status: 503,
    title: 'The token for the MCP server cannot be had now. Nothing was charged.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
  'upstream.credential_refused': {
    status: 502,
    title:
      'The API did not take the credential that its publisher has stored. Nothing was charged.',
    retryable: false,
    rpcCode: RPC_UPSTREAM_FAILED,
  },
  'upstream.address_refused': {
    status: 403,
    title: 'The address of the MCP server is not one that this gateway may call.',
    retryable: false,
    rpcCode: RPC_FORBIDDEN,
  },
} as const

/** Makes a refusal of this table. */
export const refuseUpstream = problemsOf(UPSTREAM_PROBLEMS)

/** Whether a refusal is about who calls, and the server itself is well. */
export function isAboutAccount({ code }: Problem): boolean {
  return code.startsWith('upstream.authorization_')
}
