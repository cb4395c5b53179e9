import { LargeResult, LargeResultError } from '../../protocol/json/large-result.ts'
import { paramText, type Message } from '../../protocol/message.ts'
import { rewriteParams } from '../../protocol/rewrite.ts'
import { dataOf, withData, withoutId } from '../../protocol/sse/event.ts'
import { isLarge, largeMessage, type StreamEvent } from '../../protocol/sse/stream-event.ts'
import { largeProblem } from '../../upstream/large-problem.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import { readUpstream } from '../../upstream/read-answer.ts'
import type { Leg } from './leg.ts'
import { legacyEdits } from './legacy-result.ts'

/** The answer to one leg as its whole text; throws when it answers something else. */
export function answerTo(legId: number, text: string): Message {
  const message = readUpstream(text)
  if (!isAnswerTo(legId, message)) throw strayAnswer()
  return message
}

/** Passes on what a leg says before its answer, with the client's own id as progress token, and returns the answer; undefined when it was too large to be held, and has passed. */
export async function* relayLeg(
  { id, response: { body, status } }: Leg,
  to: LargeAnswerTo,
): AsyncGenerator<StreamEvent, Message | undefined> {
  const large = { ...to, legId: id }
  switch (body.kind) {
    case 'message':
      return answerTo(id, body.text)
    case 'none':
      throw refuseUpstream('upstream.invalid_answer', {
        detail: body.detail || `status ${status} without an answer`,
      })
    case 'large':
      yield largeMessage(relayLarge(body.chunks, large))
      return undefined
    case 'events':
      for await (const event of body.events) {
        if (isLarge(event)) {
          yield largeMessage(relayLarge(event.chunks, large), event.discard)
          return undefined
        }
        const data = dataOf(event)
        // A stream of ours has comments and times of its own.
        if (data === undefined || data === '') continue
        const message = readUpstream(data)
        if (isAnswerTo(id, message)) return message
        const text = noticeText(message, id, to.clientId)
        if (text !== undefined) yield withoutId(withData(event, text))
      }
      throw refuseUpstream('upstream.failed', { detail: 'the stream ended without a result' })
  }
}

/** Whom an answer is for, and how large it may be, in bytes. */
export type LargeAnswerTo = {
  readonly method: string
  readonly clientId: number
  readonly resultBytesMax: number
}

/** What an answer of one leg is to be for the client, when it is too large to be held. */
export type LargeAnswer = LargeAnswerTo & { readonly legId: number }

/** A result too large to be held loses what the modern era added (`legacyResult`), and never passes as complete when it says otherwise. */
export async function* relayLarge(
  chunks: AsyncIterable<Uint8Array>,
  { method, legId, clientId, resultBytesMax }: LargeAnswer,
): AsyncGenerator<Uint8Array> {
  const large = new LargeResult({
    idText: String(clientId),
    bytesMax: resultBytesMax,
    edits: legacyEdits(method),
  })
  try {
    for await (const chunk of chunks) yield* large.push(chunk)
    const { end, finish } = large.end()
    const isUnread = end.kind === 'error' && (end.idText === undefined || end.idText === 'null')
    if (end.idText !== String(legId) && !isUnread) throw strayAnswer()
    const type = end.resultTypeText ?? '"complete"'
    if (end.kind === 'result' && type !== '"complete"') throw unknownType(type)
    yield finish()
  } catch (error) {
    throw error instanceof LargeResultError ? largeProblem(error) : error
  }
}

/** The refusal of a result whose type, as JSON text, is none that we know. */
export function unknownType(typeText: string): Error {
  const detail = `its result has the type ${typeText.slice(0, 100)}, which this gateway does not know`
  return refuseUpstream('upstream.invalid_answer', { detail })
}

/** Whether it is the response to one leg; a server that could not read the id answers an error for none. */
function isAnswerTo(legId: number, { kind, idText, isError }: Message): boolean {
  const isUnread = isError && (idText === 'null' || idText === undefined)
  return kind === 'response' && (idText === String(legId) || isUnread)
}

/** A notification with the token that the client's side knows; modern servers send no requests. */
function noticeText(message: Message, legId: number, clientId: number): string | undefined {
  if (message.kind !== 'notification') return undefined
  if (message.method !== 'notifications/progress') return message.text
  return paramText(message, 'progressToken') === String(legId)
    ? rewriteParams(message, 'progressToken', String(clientId))
    : undefined
}

function strayAnswer(): Error {
  return refuseUpstream('upstream.invalid_answer', { detail: 'the answer is for another request' })
}
