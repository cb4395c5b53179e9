import type { CancelSignal } from '../cancel.ts'
import type { SseEvent, SseField } from '../protocol/sse/event.ts'

/**
 * The answer to one message of a client: one JSON text, one stream of events, or one streamed JSON body. Either an
 * HTTP answer of its own (`http-reply.ts`), or its part of a way that it shares (`shared-reply.ts`).
 */
export interface Reply {
  /** Aborted when the client leaves before the answer has ended. */
  readonly left: CancelSignal
  /** A silent answer says something this often, in milliseconds. */
  readonly keepAliveMs: number
  /** For support and logs. */
  readonly requestId: string
  /** Whether status and headers are out. */
  readonly isStarted: boolean
  /** Whether this answer is a stream of events. */
  readonly isEvents: boolean
  /** Whether the client has stopped reading: nothing more can be said to it. */
  readonly isStuck: boolean
  /** Whether event ids of a server reach the client, so that it can resume the stream by them. */
  readonly keepsIds: boolean
  /** The largest JSON body that may be streamed, in bytes. */
  readonly jsonBytesMax: number
  /** A header of the answer to come. */
  setHeader(name: string, value: string): void
  /** The whole answer as one JSON text. */
  json(status: number, text: string): void
  /** The whole answer without a body. */
  empty(status: number): void
  /** Starts a stream of events, which comments keep open. */
  startEvents(): void
  /** Writes one event whole and waits until the client took it or left, or the signal says that waiting is over. */
  event(event: SseEvent, signal?: CancelSignal): Promise<void>
  /** Begins an event whose data follows in parts; until it has ended, nothing else is said. */
  startEvent(fields: readonly SseField[]): void
  /** Ends it with the fields that came after its data had begun. */
  endEvent(fields: readonly SseField[]): void
  /** Starts a JSON body of unknown length. */
  startJson(status: number): void
  /** Writes a part of a JSON body, or of an event's data, and waits until the client took it or left. */
  bytes(chunk: Uint8Array, signal?: CancelSignal): Promise<void>
  end(): void
  /** Breaks an answer that cannot be finished, so that the client sees that it is not whole. */
  break(): void
}
