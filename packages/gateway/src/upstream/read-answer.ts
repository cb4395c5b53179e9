import { memberOf, textOf } from '../protocol/json/span.ts'
import { MessageError, type Message } from '../protocol/message.ts'
import { readServerMessage } from '../protocol/server-message.ts'
import { dataOf } from '../protocol/sse/event.ts'
import type { Answer } from './ask.ts'
import { heldEvents } from './held-events.ts'
import { refuseUpstream } from './problems.ts'
import type { UpstreamResponse } from './upstream.ts'

/** Reads a server's message; what is none is an invalid answer, never a crash. */
export function readUpstream(text: string): Message {
  try {
    return readServerMessage(text)
  } catch (error) {
    if (!(error instanceof MessageError)) throw error
    throw refuseUpstream('upstream.invalid_answer', { detail: error.message, cause: error })
  }
}

/** Reads until the answer to one of our own requests; everything else on the way goes to `onOther`. */
export async function readAnswer(
  response: UpstreamResponse,
  id: number,
  onOther: (message: Message) => void,
): Promise<Answer> {
  const { body, status } = response
  if (body.kind === 'message') return answerOf(readUpstream(body.text))
  if (body.kind === 'large') {
    for await (const _chunk of body.chunks) break
    throw refuseUpstream('upstream.result_too_large', { detail: 'the list is over 16 MiB' })
  }
  if (body.kind === 'none') {
    throw refuseUpstream(status >= 500 ? 'upstream.failed' : 'upstream.invalid_answer', {
      detail: body.detail,
    })
  }
  for await (const event of heldEvents(body.events)) {
    const data = dataOf(event)
    if (data === undefined || data === '') continue
    const message = readUpstream(data)
    if (message.kind === 'response' && message.idText === String(id)) return answerOf(message)
    onOther(message)
  }
  throw refuseUpstream('upstream.failed', { detail: 'the stream ended without an answer' })
}

function answerOf(message: Message): Answer {
  const kind = message.isError ? 'error' : 'result'
  const member = memberOf(message.root, kind)
  if (message.kind !== 'response' || member === undefined) {
    throw refuseUpstream('upstream.invalid_answer', { detail: 'the answer is no response' })
  }
  return { kind, text: textOf(message.text, member.value) }
}
