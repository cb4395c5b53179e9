import { problemsOf, type ProblemTable } from '@mcp-orchestra/kernel'

/** Why a gateway does not start: one sentence, exit code 1. */
export const GATEWAY_PROBLEMS = {
  'gateway.config_invalid': {
    status: 500,
    title: 'The configuration of the gateway is not usable.',
    retryable: false,
  },
  'gateway.secret_unreadable': {
    status: 500,
    title: 'The file with the secret of this gateway cannot be read.',
    retryable: false,
  },
} as const satisfies ProblemTable

export const refuse = problemsOf(GATEWAY_PROBLEMS)
