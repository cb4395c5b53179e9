import { RPC_UNAVAILABLE } from '@mcp-orchestra/api/mcp-meta'
import { problemsOf, type ProblemTable } from '@mcp-orchestra/kernel'

/** Refusals that begin at the link to the control plane. */
export const LINK_PROBLEMS = {
  'link.unreachable': {
    status: 503,
    title: 'The control plane does not answer; try again shortly.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
  'link.refused': {
    status: 503,
    title: 'The control plane refused what this gateway asked; its operator must look.',
    retryable: false,
    rpcCode: RPC_UNAVAILABLE,
  },
  'link.garbled': {
    status: 503,
    title: 'The control plane answered something this gateway does not understand.',
    retryable: false,
    rpcCode: RPC_UNAVAILABLE,
  },
} as const satisfies ProblemTable

export const refuse = problemsOf(LINK_PROBLEMS)
