import {
  dataOf,
  hasId,
  messageEvent,
  withData,
  withoutData,
  withoutId,
  type SseEvent,
} from '../../protocol/sse/event.ts'
import { isLarge, type LargeEvent, type StreamEvent } from '../../protocol/sse/stream-event.ts'
import type { Codec } from '../../protocol/codec.ts'
import { textOf } from '../../protocol/json/span.ts'
import type { Message } from '../../protocol/message.ts'
import type { Call } from '../../upstream/call.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import { readUpstream } from '../../upstream/read-answer.ts'
import type { UpstreamResponse } from '../../upstream/upstream.ts'
import { heldBytesFor, isStreamed } from '../held-bytes.ts'
import type { Reply } from '../reply.ts'
import { deliverLarge } from './deliver-large.ts'
import { finishCall, type FinishParts } from './finish.ts'
import { forward } from './forward.ts'
import type { ReadInbound } from './inbound.ts'
import { problemMessage } from './refusal.ts'
import { failureOf } from '../../upstream/call-abort.ts'
import { abortReason } from '../../upstream/http/exchange.ts'

/** How a call's answer left us. */
export type Delivery =
  /** Settled and sent. */
  | 'finished'
  /** The stream ended or the client left before the final response, and the client may resume elsewhere (legacy). */
  | 'detached'

/** Statuses that are between us and the server: passed on, they would start the client's own sign-in. */
const CREDENTIAL_STATUSES = new Set([401, 403, 407])

/** One call and where its answer goes. */
export type DeliverTo = {
  readonly call: Call
  readonly reply: Reply
  readonly inbound: ReadInbound
  /** Keeps final responses of resumable streams (legacy). */
  readonly remember?: (call: Call, text: string) => void
  /** Told of each result before it is settled and sent. */
  readonly answered: (call: Call, resultText: string) => void
  /** Closes our side of the server's stream, so that the client's resumed one can take its place. */
  readonly giveUp: () => void
}

/** Carries a server's answer to the client; whatever is final is settled before it is sent. */
export async function deliver(
  parts: FinishParts,
  response: UpstreamResponse,
  to: DeliverTo,
): Promise<Delivery> {
  const { call, reply } = to
  const { body, status } = response
  if (CREDENTIAL_STATUSES.has(status)) {
    throw refuseUpstream('upstream.failed', {
      detail: `the server wants credentials that it was not given (status ${status})`,
    })
  }
  switch (body.kind) {
    case 'message': {
      const message = readUpstream(body.text)
      const isFinal =
        message.kind === 'response' &&
        (message.idText === String(call.facts.mintedId) || isUnreadId(message))
      if (!isFinal)
        throw refuseUpstream('upstream.invalid_answer', {
          detail: 'the answer is for another request',
        })
      noteResult(call, message, to)
      const final = await finishCall(parts, call, message)
      if (final === undefined) throw call.signal.reason
      reply.json(status, final.text)
      return 'finished'
    }
    case 'large':
      refuseToStream(call)
      await deliverLarge(call, body.chunks, reply, { start: () => reply.startJson(status) })
      return 'finished'
    case 'events':
      return await deliverEvents(parts, body.events, body.native, to)
    case 'none':
      throw refuseUpstream('upstream.invalid_answer', {
        detail: body.detail || `status ${status} without an answer`,
      })
  }
}

/** What is read here, or paid for before any of it leaves, cannot pass in parts. */
function refuseToStream({ facts }: Call): void {
  const { method, task } = facts
  if (isStreamed(method) && task === undefined) return
  const detail = `the answer to ${method} is over ${heldBytesFor(method)} bytes`
  throw refuseUpstream('upstream.result_too_large', { detail })
}

/** A large event on a call's own stream is its final response: nobody else may say so much. */
async function deliverLargeEvent(call: Call, event: LargeEvent, reply: Reply): Promise<void> {
  refuseToStream(call)
  if (!reply.isEvents)
    return await deliverLarge(call, event.chunks, reply, { start: () => reply.startJson(200) })
  await deliverLarge(call, event.chunks, reply, {
    start: () => reply.startEvent(event.before),
    end: () => reply.endEvent(event.after()),
  })
}

async function deliverEvents(
  parts: FinishParts,
  events: AsyncIterable<StreamEvent>,
  native: boolean,
  to: DeliverTo,
): Promise<Delivery> {
  const { call, reply } = to
  let isResumable = false
  if (native) reply.startEvents()
  // A child process may think for minutes: the stream opens to keep the way to the client alive.
  const opener = setTimeout(() => reply.startEvents(), reply.keepAliveMs)
  const onLeft = (): void => {
    if (isResumable) to.giveUp()
  }
  reply.left.addEventListener('abort', onLeft, { once: true })
  try {
    for await (const event of events) {
      isResumable ||=
        native && reply.keepsIds && hasId(isLarge(event) ? { fields: event.before } : event)
      if (isLarge(event)) {
        await deliverLargeEvent(call, event, reply)
        return 'finished'
      }
      const isOver = await deliverEvent(parts, event, to)
      if (isOver) {
        reply.end()
        return 'finished'
      }
      if (isResumable && reply.left.aborted) return 'detached'
    }
  } catch (error) {
    if (isResumable && reply.left.aborted && !call.signal.aborted) return 'detached'
    throw error
  } finally {
    clearTimeout(opener)
    reply.left.removeEventListener('abort', onLeft)
  }
  if (isResumable && !call.facts.codec.closeCancels) {
    reply.end()
    return 'detached'
  }
  throw refuseUpstream('upstream.failed', { detail: 'the stream ended without a result' })
}

/** Delivers one event; true when it was the final response of the call that this stream is for. */
async function deliverEvent(parts: FinishParts, event: SseEvent, to: DeliverTo): Promise<boolean> {
  const { call, reply, inbound } = to
  const data = dataOf(event)
  if (data === undefined || data === '') {
    await reply.event(unread(event, call.facts.codec), call.signal)
    return false
  }
  const message = readUpstream(data)
  const read = inbound(message)
  switch (read.kind) {
    case 'drop':
      return false
    case 'forward':
      reply.startEvents()
      await forward({ event, message, read }, reply, call)
      if (call.signal.aborted) throw abortReason(call.signal)
      return false
    case 'final': {
      noteResult(read.call, message, to)
      const final = await finishCall(parts, read.call, message)
      if (final === undefined) throw read.call.signal.reason
      if (hasId(event)) to.remember?.(read.call, final.text)
      const isOwn = read.call === call
      // An answer to another call of the session: this call's own is still to come.
      if (!isOwn) reply.startEvents()
      if (reply.isStarted || !isOwn) await reply.event(withData(event, final.text))
      else reply.json(200, final.text)
      return isOwn
    }
  }
}

/** Relays a stream that belongs to no single call (the legacy GET stream): final responses on it are settled as anywhere. */
export async function relayEvents(
  parts: FinishParts,
  events: AsyncIterable<SseEvent>,
  reply: Reply,
  inbound: ReadInbound,
  options: {
    readonly codec: Codec
    readonly keepIds: boolean
    readonly remember?: (call: Call, text: string) => void
  },
): Promise<void> {
  for await (const event of events) {
    const data = dataOf(event)
    const shown = options.keepIds ? event : withoutId(event)
    if (data === undefined || data === '') {
      await reply.event(unread(shown, options.codec))
      continue
    }
    const message = readUpstream(data)
    const read = inbound(message)
    if (read.kind === 'forward') await forward({ event: shown, message, read }, reply)
    if (read.kind === 'final') {
      const text = await relayFinal(parts, read.call, message, shown, reply)
      if (text !== undefined && hasId(shown)) options.remember?.(read.call, text)
    }
  }
}

async function relayFinal(
  parts: FinishParts,
  call: Call,
  message: Message,
  event: SseEvent,
  reply: Reply,
): Promise<string | undefined> {
  try {
    const final = await finishCall(parts, call, message)
    if (final !== undefined) await reply.event(withData(event, final.text))
    return final?.text
  } catch (error) {
    const failure = failureOf(error)
    await call.settle(failure.outcome, 0)
    if (failure.problem === undefined) return undefined
    await reply.event(
      messageEvent(problemMessage(call.facts.idText, failure.problem, reply.requestId)),
    )
    return undefined
  }
}

/** An event without a message: its id and retry time pass; to clients that would read empty data as a message, without it. */
function unread(event: SseEvent, codec: Codec): SseEvent {
  return codec.primesStreams ? event : withoutData(event)
}

function noteResult(call: Call, { result, text }: Message, to: DeliverTo): void {
  if (result !== undefined) to.answered(call, textOf(text, result.span))
}

function isUnreadId(message: Message): boolean {
  return message.isError && (message.idText === 'null' || message.idText === undefined)
}
