import { Problem } from '@mcp-orchestra/kernel'
import { DatabaseError } from 'pg'
import { refuse } from './problems.ts'

/** Seconds after which asking a restarting database again makes sense: a clean restart takes about one. */
const RETRY_AFTER_SECONDS = 1

// SQLSTATE codes (PostgreSQL manual, appendix A).
const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'
/** Connection lost, shutting down, starting up, too many connections. */
const UNAVAILABLE_STATES = /^(08...|57P0[1-5]|53300)$/
/** Node's names for a socket that nobody answers on. */
const UNAVAILABLE_ERRNOS: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
])
/** The driver reports these without a code (pg 8.23: client.js and pg-pool). */
const UNAVAILABLE_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed)/

/** The database's own error inside what was thrown, however deep a translation has buried it. */
export function sqlErrorOf(thrown: unknown): DatabaseError | undefined {
  let current = thrown
  while (current instanceof Error) {
    if (current instanceof DatabaseError) return current
    current = current.cause
  }
  return undefined
}

/** Whether the whole transaction may simply be run again (40001, 40P01). */
export function isRetryable(thrown: unknown): boolean {
  const code = sqlErrorOf(thrown)?.code
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED
}

/** Turns a lost or absent database into its problem; everything else passes as it is. */
export function translateSqlError(thrown: unknown): unknown {
  if (thrown instanceof Problem || !(thrown instanceof Error)) return thrown
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
  const absent =
    UNAVAILABLE_STATES.test(code) ||
    UNAVAILABLE_ERRNOS.has(code) ||
    UNAVAILABLE_MESSAGES.test(thrown.message)
  if (!absent) return thrown
  return refuse('database.unavailable', { cause: thrown, retryAfterSeconds: RETRY_AFTER_SECONDS })
}
