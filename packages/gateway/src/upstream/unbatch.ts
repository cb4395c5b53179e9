import { isBatch } from '../protocol/batch.ts'
import { MessageError } from '../protocol/message.ts'
import { readServerMessages } from '../protocol/server-message.ts'
import { dataOf, messageEvent, withData, withoutId, type SseEvent } from '../protocol/sse/event.ts'
import { isLarge, type StreamEvent } from '../protocol/sse/stream-event.ts'
import { refuseUpstream } from './problems.ts'
import type { UpstreamResponse } from './upstream.ts'

/**
 * The answer of a server that may write several messages as one array (MCP 2025-03-26): the same messages one by
 * one, so that nothing behind this knows of batches.
 */
export function unbatch(response: UpstreamResponse): UpstreamResponse {
  const { body } = response
  if (body.kind === 'message' && isBatch(body.text)) {
    const events = [...split(messageEvent(body.text), body.text)]
    return {
      ...response,
      body: { kind: 'events', native: events.length > 1, events: each(events) },
    }
  }
  return body.kind === 'events'
    ? { ...response, body: { ...body, events: unbatched(body.events) } }
    : response
}

async function* unbatched(events: AsyncIterable<StreamEvent>): AsyncGenerator<StreamEvent> {
  for await (const event of events) {
    if (isLarge(event)) {
      yield event
      continue
    }
    const data = dataOf(event)
    if (data === undefined || !isBatch(data)) yield event
    else yield* split(event, data)
  }
}

/** Only the last message has the event's id: whoever lost one of the others gets all of them again. */
function* split(event: SseEvent, data: string): Generator<SseEvent> {
  const texts = textsOf(data)
  for (const [index, text] of texts.entries()) {
    yield withData(index === texts.length - 1 ? event : withoutId(event), text)
  }
}

function textsOf(data: string): readonly string[] {
  try {
    return readServerMessages(data).map(({ text }) => text)
  } catch (error) {
    if (!(error instanceof MessageError)) throw error
    throw refuseUpstream('upstream.invalid_answer', { detail: error.message, cause: error })
  }
}

async function* each(events: readonly SseEvent[]): AsyncGenerator<SseEvent> {
  for (const event of events) yield await Promise.resolve(event)
}
