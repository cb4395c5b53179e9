import { LargeResult, LargeResultError } from '../../protocol/json/large-result.ts'
import { paramText, type Message } from '../../protocol/message.ts'
import { rewriteParams } from '../../protocol/rewrite.ts'
import { dataOf, withData, withoutId, type SseEvent } from '../../protocol/sse/event.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import { readUpstream } from '../../upstream/read-answer.ts'
import type { Leg } from './leg.ts'

/** The answer to one leg as its whole text; throws when it answers something else. */
export function answerTo(legId: number, text: string): Message {
  const message = readUpstream(text)
  if (!isAnswerTo(legId, message)) throw strayAnswer()
  return message
}

/** Passes on what a leg says before its answer, with the client's own id as progress token, and returns the answer. */
export async function* relayLeg(
  { id, response: { body, status } }: Leg,
  clientId: number,
): AsyncGenerator<SseEvent, Message> {
  switch (body.kind) {
    case 'message':
      return answerTo(id, body.text)
    case 'none':
      throw refuseUpstream('upstream.invalid_answer', {
        detail: body.detail || `status ${status} without an answer`,
      })
    case 'large':
      for await (const _chunk of body.chunks) break
      throw refuseUpstream('upstream.result_too_large', {
        detail: 'a result after questions may have 16 MiB',
      })
    case 'events':
      for await (const event of body.events) {
        const data = dataOf(event)
        // A stream of ours has comments and times of its own.
        if (data === undefined || data === '') continue
        const message = readUpstream(data)
        if (isAnswerTo(id, message)) return message
        const text = noticeText(message, id, clientId)
        if (text !== undefined) yield withoutId(withData(event, text))
      }
      throw refuseUpstream('upstream.failed', { detail: 'the stream ended without a result' })
  }
}

/** What an answer of one leg is to be for the client, when it is too large to be held. */
export type LargeAnswer = {
  readonly legId: number
  readonly clientId: number
  readonly resultBytesMax: number
}

/** A result too large to be held: it passes as it is, but for its id, and never as complete when it says otherwise. */
export async function* relayLarge(
  chunks: AsyncIterable<Uint8Array>,
  { legId, clientId, resultBytesMax }: LargeAnswer,
): AsyncGenerator<Uint8Array> {
  const large = new LargeResult(String(clientId), resultBytesMax)
  try {
    for await (const chunk of chunks) yield* large.push(chunk)
    const { end, held } = large.end()
    if (end.idText !== String(legId)) throw strayAnswer()
    const type = end.resultTypeText ?? '"complete"'
    if (end.kind === 'result' && type !== '"complete"') throw unknownType(type)
    yield held
  } catch (error) {
    if (!(error instanceof LargeResultError)) throw error
    const code =
      error.reason === 'too_large' ? 'upstream.result_too_large' : 'upstream.invalid_answer'
    throw refuseUpstream(code, { detail: error.message, cause: error })
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
