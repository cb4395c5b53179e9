import { pause } from '../../pause.ts'
import { messageEvent } from '../../protocol/sse/event.ts'
import type { StreamEvent } from '../../protocol/sse/stream-event.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import { readUpstream } from '../../upstream/read-answer.ts'
import { SessionLost, type UpstreamResponse } from '../../upstream/upstream.ts'
import { readInto } from './answer-stream.ts'
import { streamed, whole } from './answers.ts'
import type { LegacyCall, Step } from './legacy-call.ts'
import { rpcCodeOf } from './modern-answer.ts'
import type { Parking } from './parking.ts'

/** What servers refuse a session with that they do not know, when it is not 404: it names no request. */
const RPC_SERVER_ERROR = -32000
/** An answer that takes longer is a stream, so that comments keep the way to the client open, in milliseconds. */
const STREAM_AFTER_MS = 10_000

/** Reads a response that came before anything else: mostly one JSON text, which is the whole answer. */
export async function readResponse(
  open: LegacyCall,
  response: UpstreamResponse,
  parking: Parking,
): Promise<UpstreamResponse> {
  const { body } = response
  if (body.kind === 'message') return readWhole(open, response.status, body.text)
  if (body.kind === 'large') {
    return largeBody(open.untilRead(body.chunks))
  }
  if (body.kind === 'none') {
    open.finish()
    return response
  }
  void readInto(open, response)
  return await answerOf(open, parking)
}

function readWhole(open: LegacyCall, status: number, text: string): UpstreamResponse {
  const message = readUpstream(text)
  const isOwn = message.idText === String(open.id)
  if (status === 400 && rpcCodeOf(message) === RPC_SERVER_ERROR && !isOwn) {
    open.finish()
    throw new SessionLost('the server refused the session')
  }
  if (message.kind !== 'response' || !(isOwn || message.isError)) {
    open.finish()
    throw refuseUpstream('upstream.invalid_answer', {
      detail: 'the answer is for another request',
    })
  }
  const final = open.finalOf(message)
  return whole(final.status, final.text)
}

function largeBody(chunks: AsyncIterable<Uint8Array>): UpstreamResponse {
  return { status: 200, sessionId: undefined, body: { kind: 'large', chunks } }
}

/** The call's answer to this leg: one JSON text when nothing came before it, else a stream. */
export async function answerOf(open: LegacyCall, parking: Parking): Promise<UpstreamResponse> {
  const park = (call: LegacyCall): string => parking.park(call)
  const first = open.next(park)
  const isSlow = Symbol('slow')
  const early = await Promise.race([first, pause(STREAM_AFTER_MS, open.signal).then(() => isSlow)])
  if (typeof early === 'object' && early.kind === 'final')
    return whole(early.answer.status, early.answer.text)
  if (typeof early === 'object' && early.kind === 'large') return largeBody(early.event.chunks)
  async function* events(): AsyncGenerator<StreamEvent> {
    let step: Step = await first
    for (;;) {
      if (step.kind === 'large') yield step.event
      else yield messageEvent(step.kind === 'final' ? step.answer.text : step.text)
      if (step.kind !== 'notice') return
      step = await open.next(park)
    }
  }
  return streamed(events())
}
