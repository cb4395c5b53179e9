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

/** One sentence for the person who started the process. */
export function sentenceOf(failure: unknown): string {
  if (failure instanceof Problem) return `${failure.kind.title} ${failure.detail ?? ''}`.trim()
  return failure instanceof Error ? failure.message : 'The gateway failed.'
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
