import { RPC_UNAVAILABLE } from '@mcp-orchestra/api/mcp-meta'
import { problemsOf } from '@mcp-orchestra/kernel'

/** The refusals of the journal. */
export const RECORD_PROBLEMS = {
  'record.journal_unavailable': {
    status: 503,
    title: 'The gateway cannot write its journal now, so paid calls are refused.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
  'record.journal_full': {
    status: 503,
    title: 'The disk of the gateway has no room for another paid call.',
    retryable: true,
    rpcCode: RPC_UNAVAILABLE,
  },
} as const

/** Makes a refusal of the journal. */
export const refuse = problemsOf(RECORD_PROBLEMS)
