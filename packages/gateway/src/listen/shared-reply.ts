import { RPC_UPSTREAM_FAILED } from '@mcp-orchestra/api/mcp-meta'
import type { CancelSignal } from '../cancel.ts'
import { checkJson, JsonError } from '../protocol/json/scan.ts'
import { errorMessage } from '../protocol/message.ts'
import { dataOf, type SseEvent } from '../protocol/sse/event.ts'
import type { Reply } from './reply.ts'

/** The largest JSON body that becomes one message of a shared way, in bytes: it has to be held until it is whole. */
const HELD_BODY_BYTES_MAX = 16 * 1024 * 1024

/** A way to the client that several messages share: an array of answers, or a stream. */
export interface SharedWay {
  readonly left: CancelSignal
  readonly keepAliveMs: number
  readonly requestId: string
  /** Makes sure that something can be said before the answers are there. */
  open(): void
  /** Says one message that is no answer; waits as {@link Reply.event} does. */
  say(text: string, signal?: CancelSignal): Promise<void>
  /** Gives the answer to one message; `status` is what it would be by HTTP alone. */
  answer(status: number, text: string): void
}

/** One message's part of a shared way. Ids of events stay out of it: no server could resume what is merged. */
export class SharedReply implements Reply {
  readonly left: CancelSignal
  readonly keepAliveMs: number
  readonly keepsIds = false
  readonly jsonBytesMax: number = HELD_BODY_BYTES_MAX
  /** Nothing of an answer leaves before it is whole: until then another one may take its place. */
  readonly isStarted = false
  readonly isEvents = false
  /** A client that is slow for now still gets this answer after the others; one that takes nothing for long is gone. */
  readonly isStuck = false
  readonly #way: SharedWay
  readonly #idText: string
  #body: { readonly status: number; readonly chunks: Uint8Array[] } | undefined
  #isOver = false

  /** `idText` is the raw id of the message that is answered. */
  constructor(way: SharedWay, idText: string) {
    this.#way = way
    this.#idText = idText
    this.left = way.left
    this.keepAliveMs = way.keepAliveMs
  }

  get requestId(): string {
    return this.#way.requestId
  }

  /** Headers belong to the whole way, not to one of its messages. */
  setHeader(): void {
    // Nothing to do.
  }

  json(status: number, text: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#body = undefined
    this.#way.answer(status, text)
  }

  empty(): void {
    this.#isOver = true
  }

  startEvents(): void {
    if (!this.#isOver) this.#way.open()
  }

  async event(event: SseEvent, signal?: CancelSignal): Promise<void> {
    const data = dataOf(event)
    if (data !== undefined && data !== '') await this.#way.say(data, signal)
  }

  /** A large event is held like a large body: the way is everybody's. */
  startEvent(): void {
    this.startJson(200)
  }

  endEvent(): void {
    // It leaves when it is whole.
  }

  startJson(status: number): void {
    this.#body ??= { status, chunks: [] }
  }

  bytes(chunk: Uint8Array): Promise<void> {
    // Copied: the chunk may be a view of a buffer that its socket uses again.
    this.#body?.chunks.push(Uint8Array.from(chunk))
    return Promise.resolve()
  }

  end(): void {
    const body = this.#body
    if (body !== undefined) this.json(body.status, this.#textOf(Buffer.concat(body.chunks)))
    this.#isOver = true
  }

  /** An answer that cannot be finished was never begun: the others on the way stay whole. */
  break(): void {
    this.#body = undefined
  }

  /** Of a streamed body nobody has read whether it is JSON: one that is not must not spoil the others' answers. */
  #textOf(body: Buffer): string {
    const text = body.toString('utf8')
    try {
      checkJson(text)
      return text
    } catch (error) {
      if (!(error instanceof JsonError)) throw error
      return errorMessage(this.#idText, RPC_UPSTREAM_FAILED, 'the answer of the server is no JSON')
    }
  }
}
