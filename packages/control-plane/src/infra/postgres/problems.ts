import { problemsOf } from '@mcp-orchestra/kernel'

/** What the database may refuse of itself, whoever asked. */
export const DATABASE_PROBLEMS = {
  'database.unavailable': {
    status: 503,
    title: 'The database does not answer. Nothing was changed; try again.',
    retryable: true,
    rpcCode: 503001,
  },
  'database.contention': {
    status: 503,
    title: 'Too many changes to the same rows at once. Nothing was changed; try again.',
    retryable: true,
    rpcCode: 503001,
  },
} as const

/** Throws a refusal of the database. */
export const refuse = problemsOf(DATABASE_PROBLEMS)
