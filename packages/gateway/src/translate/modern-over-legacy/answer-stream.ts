import { Problem } from '@mcp-orchestra/kernel'
import { pause } from '../../pause.ts'
import { dataOf, idOf } from '../../protocol/sse/event.ts'
import {
  isLarge,
  largeMessage,
  type LargeEvent,
  type StreamEvent,
} from '../../protocol/sse/stream-event.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import { readUpstream } from '../../upstream/read-answer.ts'
import { SessionLost, type UpstreamResponse } from '../../upstream/upstream.ts'
import type { CancelSignal } from '../../cancel.ts'
import type { CallSession, OpenCall } from './open-call.ts'

/** How soon a closed stream is asked for again when the server does not say, in milliseconds. */
const RETRY_MS = 500
/** The longest wait that a server may ask for, in milliseconds. */
const RETRY_MS_MAX = 30_000

/** What is read for: a request that is open on a session. */
export interface StreamedCall extends OpenCall {
  readonly session: CallSession
  readonly id: number
  /** Aborted when nobody waits any more. */
  readonly signal: CancelSignal
  readonly isOver: boolean
  /** Its answer, too large to be held; resolves when it was read, or nobody reads it. Absent where it has to be held. */
  takeLarge?(event: LargeEvent): Promise<void>
  /** Nothing more comes from the server. */
  endOfStream(reason: { readonly error: unknown } | 'ended'): void
}

/**
 * Reads what a server sends for a call into it, also over streams that it closes and that are resumed (MCP 2025-11-25,
 * resumability): a modern client has one stream. Never rejects: the call hears how it ended.
 */
export async function readInto(call: StreamedCall, response: UpstreamResponse): Promise<void> {
  try {
    let { body } = response
    for (;;) {
      if (body.kind !== 'events') {
        await takeWhole(call, body)
        return call.endOfStream('ended')
      }
      const seen = await takeEvents(call, body.events)
      if (call.isOver) return
      if (seen.lastEventId === undefined || seen.isAnswered) return call.endOfStream('ended')
      await pause(Math.min(seen.retryMs ?? RETRY_MS, RETRY_MS_MAX), call.signal)
      if (call.signal.aborted) return
      const { link } = call.session
      body = (await link.listen(seen.lastEventId, { headers: {}, signal: call.signal })).body
    }
  } catch (error) {
    call.endOfStream({ error: asProblem(error) })
  }
}

/** The session's loss in the middle of a call is the call's own: it may have run. */
export function asProblem(error: unknown): unknown {
  return error instanceof SessionLost
    ? refuseUpstream('upstream.failed', { detail: error.message, cause: error })
    : error
}

type Seen = {
  readonly lastEventId: string | undefined
  readonly retryMs: number | undefined
  readonly isAnswered: boolean
}

async function takeEvents(call: StreamedCall, events: AsyncIterable<StreamEvent>): Promise<Seen> {
  let lastEventId: string | undefined
  let retryMs: number | undefined
  let isAnswered = false
  try {
    for await (const event of events) {
      if (isLarge(event)) {
        isAnswered = true
        await takeLarge(call, event)
        break
      }
      lastEventId = idOf(event) ?? lastEventId
      const retry = event.fields.findLast(({ name }) => name === 'retry')?.value
      if (retry !== undefined && /^\d{1,6}$/.test(retry)) retryMs = Number(retry)
      const data = dataOf(event)
      if (data === undefined || data === '') continue
      const message = readUpstream(data)
      if (message.kind === 'response' && message.idText === String(call.id)) isAnswered = true
      else if (message.kind === 'response') continue
      await call.session.fromCall(call, message)
      if (isAnswered) break
    }
  } catch (error) {
    // A stream that breaks where it can be resumed is one that was closed.
    if (lastEventId === undefined || call.signal.aborted || !(error instanceof Problem)) throw error
  }
  return { lastEventId, retryMs, isAnswered }
}

async function takeWhole(call: StreamedCall, body: UpstreamResponse['body']): Promise<void> {
  if (body.kind === 'message') {
    await call.take(readUpstream(body.text))
    return
  }
  if (body.kind === 'none') {
    throw refuseUpstream('upstream.invalid_answer', { detail: body.detail || 'no answer' })
  }
  if (body.kind === 'large') await takeLarge(call, largeMessage(body.chunks))
}

async function takeLarge(call: StreamedCall, event: LargeEvent): Promise<void> {
  if (call.takeLarge !== undefined) return await call.takeLarge(event)
  event.discard()
  throw refuseUpstream('upstream.result_too_large', {
    detail: 'a result over 16 MiB, which has to be held to be read',
  })
}
