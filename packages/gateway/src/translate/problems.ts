import { problemsOf, type ProblemTable } from '@mcp-orchestra/kernel'

/** JSON-RPC codes of these refusals: outside the reserved range, the status first. */
const RPC_UNDECLARED = 400002
const RPC_UNANSWERED = 408001

/** Refusals of the translation between eras; every code has a page in docs/problems. */
export const TRANSLATE_PROBLEMS = {
  'translate.input_undeclared': {
    status: 400,
    title:
      'The MCP server asks for something that this client did not declare. Nothing was charged.',
    retryable: false,
    rpcCode: RPC_UNDECLARED,
  },
  'translate.input_unanswered': {
    status: 408,
    title: 'The client did not answer what the MCP server asked it. Nothing was charged.',
    retryable: true,
    rpcCode: RPC_UNANSWERED,
  },
} as const satisfies ProblemTable

/** Makes a refusal of this table. */
export const refuseTranslation = problemsOf(TRANSLATE_PROBLEMS)
