import type { ProblemKind } from '@mcp-orchestra/kernel'

/** A refusal that the SDK itself makes. */
export type SdkProblemCode =
  | 'sdk.unreachable'
  | 'sdk.connection_lost'
  | 'sdk.timeout'
  | 'sdk.not_orchestra'
  | 'sdk.rpc_error'
  | 'sdk.no_key'
  | 'sdk.signed_out'

/** Refusals that the SDK itself makes; everything else is what the platform answered. */
export const SDK_PROBLEMS: Readonly<Record<SdkProblemCode, ProblemKind>> = {
  'sdk.unreachable': {
    status: 503,
    title: 'The platform does not answer at this address. Is it running, and is the address right?',
    retryable: true,
  },
  'sdk.connection_lost': {
    status: 503,
    title:
      'The connection was lost after the request was sent. The call may have run: repeat it with the same idempotency key if it is a paid one.',
    retryable: false,
  },
  'sdk.timeout': {
    status: 504,
    title: 'No answer within the time limit of the call.',
    retryable: false,
  },
  'sdk.not_orchestra': {
    status: 502,
    title:
      'What answered is not an MCP-Orchestra platform: check the address and any proxy between.',
    retryable: false,
  },
  'sdk.rpc_error': {
    status: 400,
    title: 'The MCP server answered with a JSON-RPC error.',
    retryable: false,
  },
  'sdk.no_key': {
    status: 401,
    title: 'This needs an API key, and none was given.',
    retryable: false,
  },
  'sdk.signed_out': {
    status: 401,
    title: 'The session or the API key has ended, and the live stream with it. Sign in again.',
    retryable: false,
  },
}
