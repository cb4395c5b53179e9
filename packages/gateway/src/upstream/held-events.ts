import type { SseEvent } from '../protocol/sse/event.ts'
import { isLarge, type StreamEvent } from '../protocol/sse/stream-event.ts'
import { refuseUpstream } from './problems.ts'

/** The same events where each has to be held to be read: a larger one ends the stream with a problem. */
export async function* heldEvents(events: AsyncIterable<StreamEvent>): AsyncGenerator<SseEvent> {
  for await (const event of events) {
    if (isLarge(event)) {
      event.discard()
      throw refuseUpstream('upstream.result_too_large', {
        detail: 'a message over 16 MiB, which has to be held to be read',
      })
    }
    yield event
  }
}
