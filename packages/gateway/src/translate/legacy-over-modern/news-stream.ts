import { messageEvent, type SseEvent } from '../../protocol/sse/event.ts'

/** Different news that may wait for one slow client: all its resources and lists at once; with more its stream ends. */
const WAITING_MAX = 1_100
/** The same in characters. */
const WAITING_CHARS_MAX = 1_048_576

/** What a legacy session hears unasked: each text once while it waits, and nothing at all while it is read. */
export class NewsStream implements AsyncIterable<SseEvent> {
  readonly #waiting = new Set<string>()
  #chars = 0
  #isOver = false
  #fault: unknown
  #wake: (() => void) | undefined

  /** Tells the client when its turn comes; a client that is too far behind is told to come again. */
  push(text: string): void {
    if (this.#isOver || this.#waiting.has(text)) return
    this.#waiting.add(text)
    this.#chars += text.length
    if (this.#waiting.size > WAITING_MAX || this.#chars > WAITING_CHARS_MAX) this.#waiting.clear()
    if (this.#waiting.size === 0) return this.end()
    this.#wake?.()
  }

  /** Ends the stream after what waits; a fault is a bug of ours, which its reader reports. */
  end(fault?: unknown): void {
    this.#isOver = true
    this.#fault = fault
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SseEvent> {
    try {
      for (;;) {
        const [text] = this.#waiting
        if (text !== undefined) {
          this.#waiting.delete(text)
          this.#chars -= text.length
          yield messageEvent(text)
        } else if (this.#fault !== undefined) throw this.#fault
        else if (this.#isOver) return
        else await this.#arrival()
      }
    } finally {
      this.#isOver = true
    }
  }

  async #arrival(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    await promise
    this.#wake = undefined
  }
}
