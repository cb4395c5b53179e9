import { problemsOf } from '@mcp-orchestra/kernel'

/** What the modern revision prescribes for a member of `params` that is not valid (MCP 2026-07-28, errors). */
const RPC_INVALID_PARAMS = -32602

/** Refusals of handles; each says the same whatever was wrong with it. */
export const SEAL_PROBLEMS = {
  'seal.state_refused': {
    status: 400,
    title:
      'invalid params: requestState was not given to this caller for this request, or its time is over. Call anew.',
    retryable: false,
    rpcCode: RPC_INVALID_PARAMS,
  },
  'seal.task_refused': {
    status: 400,
    title: 'invalid params: there is no task of this id, or its time is over.',
    retryable: false,
    rpcCode: RPC_INVALID_PARAMS,
  },
} as const

/** Makes a refusal of this table. */
export const refuseSealed = problemsOf(SEAL_PROBLEMS)
