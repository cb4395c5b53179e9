import type { MCPResponse, OrchestraProblem, Progress, WireMoney } from '@mcp-orchestra/sdk'
import type { JsonObject } from '../../../schema/index.ts'

/** The price that a person saw when calling; undefined is free. */
export type SeenPrice = { readonly money: WireMoney; readonly version: number } | undefined

/** One call that was made in this tab. */
export type Call = {
  /** Counts in this tab. */
  readonly id: number
  readonly alias: string
  readonly tool: string
  readonly args: JsonObject
  readonly price: SeenPrice
  /** Arguments that are mirrored in headers, by header name (SEP-2243). */
  readonly paramHeaders: Readonly<Record<string, string>>
  readonly startedAtMs: number
}

/** One JSON-RPC text of a call, as it went over the wire. */
export type Frame = { readonly direction: 'sent' | 'received'; readonly text: string }

/** What was heard while a call ran: how far it is, and what the server said. */
export type Heard = {
  readonly progress: Progress | undefined
  readonly messages: readonly string[]
  readonly frames: readonly Frame[]
}

/** How a call ended. */
export type Outcome =
  | { readonly kind: 'answered'; readonly response: MCPResponse }
  | { readonly kind: 'refused'; readonly problem: OrchestraProblem }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'cancelled' }

/** A call that ended. */
export type CallRecord = Call & Heard & { readonly outcome: Outcome; readonly durationMs: number }

/** The calls of this tab: at most one runs, the rest have ended, newest first. */
export type CallLog = {
  readonly running: (Call & Heard) | undefined
  readonly ended: readonly CallRecord[]
  /** The one that is shown. */
  readonly shownId: number | undefined
  readonly lastId: number
}

/** Calls that are kept; each may hold a large result. */
export const ENDED_MAX = 20
/** Messages of a call that are kept, the last ones. */
export const MESSAGES_MAX = 200
/** Frames of a call that are kept: a request, its response, and some attempts before. */
const FRAMES_MAX = 20
/** Characters that all kept frames and results may hold, beside the newest call's: some tens of MB. */
const KEPT_CHARS_MAX = 20_000_000

/** No call yet. */
export const NO_CALLS: CallLog = { running: undefined, ended: [], shownId: undefined, lastId: 0 }

/** A call begins; while one runs there is no second. */
export function begin(log: CallLog, call: Omit<Call, 'id'>): CallLog {
  if (log.running !== undefined) return log
  const id = log.lastId + 1
  const heard: Heard = { progress: undefined, messages: [], frames: [] }
  return { ...log, running: { ...call, ...heard, id }, shownId: id, lastId: id }
}

/** Something was heard of the running call; what comes late is dropped. */
export function hear(
  log: CallLog,
  id: number,
  heard: { progress?: Progress; message?: string; frame?: Frame },
): CallLog {
  const { running } = log
  if (running?.id !== id) return log
  const { progress = running.progress, message, frame } = heard
  return {
    ...log,
    running: {
      ...running,
      progress,
      messages:
        message === undefined
          ? running.messages
          : [...running.messages, message].slice(-MESSAGES_MAX),
      frames: frame === undefined ? running.frames : [...running.frames, frame].slice(-FRAMES_MAX),
    },
  }
}

/** The running call ended. */
export function end(log: CallLog, id: number, outcome: Outcome, durationMs: number): CallLog {
  const { running } = log
  if (running?.id !== id) return log
  const ended = [{ ...running, outcome, durationMs }, ...log.ended].slice(0, ENDED_MAX)
  return { ...log, running: undefined, ended: withinChars(ended) }
}

/** Shows another call of the history. */
export function show(log: CallLog, id: number): CallLog {
  return log.ended.some((record) => record.id === id) ? { ...log, shownId: id } : log
}

/** The call to show: the running one, else the chosen one. */
export function shownCall(log: CallLog): (Call & Heard) | CallRecord | undefined {
  const { running, ended, shownId } = log
  return running?.id === shownId ? running : ended.find(({ id }) => id === shownId)
}

/** The newest call stays whatever its size; older ones go when all together are too large. */
function withinChars(ended: readonly CallRecord[]): readonly CallRecord[] {
  let chars = 0
  return ended.filter((record, index) => {
    chars += record.frames.reduce((sum, { text }) => sum + text.length, 0)
    return index === 0 || chars <= KEPT_CHARS_MAX
  })
}
