import { Problem } from '@mcp-orchestra/kernel'
import pino, { type Logger } from 'pino'

/** pino JSON on stderr, so that stdout stays for the line that says the process is ready. */
export function createLog(level: string, bindings: Readonly<Record<string, string>>): Logger {
  return pino(
    { level, base: bindings, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  )
}

/**
 * What a log may say of a failure: its name, code and message, and those of its cause. Nothing else of an
 * error is written, because clients and servers put bodies and headers into theirs (allow-list).
 */
export function describeFailure(failure: unknown): Record<string, string> {
  if (!(failure instanceof Error)) return { failure: 'unknown' }
  const cause = failure.cause instanceof Error ? { cause: summaryOf(failure.cause) } : {}
  return { failure: summaryOf(failure), ...cause }
}

function summaryOf(error: Error): string {
  const code =
    error instanceof Problem ? error.code : 'code' in error ? String(error.code) : error.name
  return `${code}: ${error.message.slice(0, MESSAGE_CHARS_MAX)}`
}

/** A longer message is somebody's data. */
const MESSAGE_CHARS_MAX = 300

/** What the system's own codes mean to the person who started the process. */
const SENTENCES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'The port of the gateway is in use by another process; set ORCHESTRA_GATEWAY_PORT.',
  EADDRNOTAVAIL: 'This machine has no such address; set ORCHESTRA_HOST.',
  EACCES:
    'The gateway may not write its journal directory (or bind its port); mend its permissions.',
  EROFS: 'The journal directory of the gateway is on a read-only disk; set ORCHESTRA_JOURNAL_DIR.',
  ENOSPC: 'The disk of the journal directory is full.',
  ENOTDIR: 'ORCHESTRA_JOURNAL_DIR is not a directory.',
}

/** One sentence for the person who started the process. */
export function sentenceOf(failure: unknown): string {
  if (failure instanceof Problem) return `${failure.kind.title} ${failure.detail ?? ''}`.trim()
  if (!(failure instanceof Error)) return 'The gateway failed.'
  return SENTENCES['code' in failure ? String(failure.code) : ''] ?? failure.message
}

/** Where a bug happened: the frames without the message, which may hold data. */
export function stackOf(failure: unknown): string {
  const frames = failure instanceof Error ? (failure.stack ?? '').split('\n') : []
  return frames
    .filter((line) => line.startsWith('    at '))
    .slice(0, STACK_FRAMES_MAX)
    .join('\n')
}

/** Enough to see who called. */
const STACK_FRAMES_MAX = 12
