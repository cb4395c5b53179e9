import { SseCutter, type SseToken } from './cutter.ts'
import type { SseEvent, SseField } from './event.ts'

/** An event whose data is too large to be held: pulled once, before the next event of its stream is. */
export type LargeEvent = {
  /** The fields before its data; not `fields`, so that nothing takes it for an event without data. */
  readonly before: readonly SseField[]
  /** The bytes of its data; rejects when the event is cut off. */
  readonly chunks: AsyncIterable<Uint8Array>
  /** The fields that came after its data had begun: known when all of it was read. */
  readonly after: () => readonly SseField[]
  /** Says that nobody reads it (any further). */
  readonly discard: () => void
}

/** What a stream brings. */
export type StreamEvent = SseEvent | LargeEvent

/** Whether an event's data comes in parts. */
export function isLarge(event: StreamEvent): event is LargeEvent {
  return 'chunks' in event
}

/** How a body is read as events. */
export type ReadEventsOptions = {
  /** The error of a stream that ends within a large event. */
  readonly cutOff: () => Error
  readonly bytesMax?: number
}

/** A body as events. What is not read of a large event is passed over when the next one is asked for. */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  { cutOff, bytesMax }: ReadEventsOptions,
): AsyncGenerator<StreamEvent> {
  const tokens = tokensOf(body, bytesMax)
  try {
    for (let next = await tokens.next(); next.done !== true; next = await tokens.next()) {
      const token = next.value
      if (token.kind === 'event') yield token.event
      if (token.kind !== 'large') continue
      let after: readonly SseField[] | undefined
      async function* chunks(): AsyncGenerator<Uint8Array> {
        while (after === undefined) {
          const part = await tokens.next()
          if (part.done === true) throw cutOff()
          if (part.value.kind === 'part') yield part.value.bytes
          if (part.value.kind === 'end') after = part.value.fields
        }
      }
      const before = token.fields
      yield { before, chunks: chunks(), after: () => after ?? [], discard: () => undefined }
      for await (const _chunk of chunks()) continue
    }
  } finally {
    await tokens.return(undefined)
  }
}

async function* tokensOf(
  body: AsyncIterable<Uint8Array>,
  bytesMax: number | undefined,
): AsyncGenerator<SseToken, undefined> {
  const cutter = new SseCutter(bytesMax)
  for await (const chunk of body) yield* cutter.push(chunk)
}

/** An event of our own that carries one large message. */
export function largeMessage(
  chunks: AsyncIterable<Uint8Array>,
  discard: () => void = () => undefined,
): LargeEvent {
  return { before: [{ name: 'event', value: 'message' }], chunks, after: () => [], discard }
}
