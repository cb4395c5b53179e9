import type { CancelSignal } from '../../cancel.ts'
import { messageEvent } from '../../protocol/sse/event.ts'
import type { HttpReply } from '../http-reply.ts'
import type { SharedWay } from '../shared-reply.ts'

/** Answers that wait for the others, in characters; over it the batch is answered as a stream, which keeps nothing. */
const HELD_CHARS_MAX = 16 * 1024 * 1024

/**
 * The way back of a batch: one JSON array of its answers, or a stream as soon as anything has to be said before all
 * of them are there (MCP 2025-03-26, streamable HTTP).
 */
export class BatchWay implements SharedWay {
  readonly left: CancelSignal
  readonly keepAliveMs: number
  readonly #reply: HttpReply
  readonly #statuses = new Set<number>()
  #held: string[] = []
  #heldChars = 0
  #writing: Promise<void> = Promise.resolve()
  #refusal: { readonly status: number; readonly text: string } | undefined

  constructor(reply: HttpReply) {
    this.#reply = reply
    this.left = reply.left
    this.keepAliveMs = reply.keepAliveMs
  }

  get requestId(): string {
    return this.#reply.requestId
  }

  /** The way of messages that have no answer: a refusal of one is said only when there is nothing else to say. */
  get ofNotices(): SharedWay {
    const { left, keepAliveMs, requestId } = this
    return {
      left,
      keepAliveMs,
      requestId,
      open: () => undefined,
      say: () => Promise.resolve(),
      answer: (status, text) => {
        this.#refusal ??= { status, text }
      },
    }
  }

  open(): void {
    if (this.#reply.isStarted) return
    this.#reply.startEvents()
    for (const text of this.#held) this.#write(text)
    this.#held = []
  }

  say(text: string, signal?: CancelSignal): Promise<void> {
    this.open()
    return this.#reply.event(messageEvent(text), signal)
  }

  answer(status: number, text: string): void {
    if (this.#reply.isStarted) return this.#write(text)
    this.#statuses.add(status)
    this.#held.push(text)
    this.#heldChars += text.length
    if (this.#heldChars > HELD_CHARS_MAX) this.open()
  }

  /** Resolves when the client has taken what was said: until then no further request of the batch is carried. */
  drained(): Promise<void> {
    return this.#writing
  }

  /** All messages of the batch are answered. What all of them were refused with is the status of the whole. */
  async end(): Promise<void> {
    if (this.#reply.isStarted) {
      await this.#writing
      return this.#reply.end()
    }
    const [status = 200, ...others] = this.#statuses
    if (this.#held.length > 0)
      this.#reply.json(others.length === 0 ? status : 200, `[${this.#held.join(',')}]`)
    else if (this.#refusal !== undefined) this.#reply.json(this.#refusal.status, this.#refusal.text)
    else this.#reply.empty(202)
  }

  #write(text: string): void {
    const written = this.#reply.event(messageEvent(text))
    this.#writing = Promise.all([this.#writing, written]).then(() => undefined)
  }
}
