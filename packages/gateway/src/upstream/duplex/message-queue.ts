import { messageEvent } from '../../protocol/sse/event.ts'
import type { LargeEvent, StreamEvent } from '../../protocol/sse/stream-event.ts'

/** Messages for one reader, as events: what a server sends for one request, or unasked. */
export class MessageQueue implements AsyncIterable<StreamEvent> {
  readonly #onDrain: (chars: number) => void
  readonly #onLeave: () => void
  #messages: string[] = []
  /** The last message, when it is too large to be held. */
  #large: LargeEvent | undefined
  #isEnded = false
  #error: Error | undefined
  #wake: (() => void) | undefined

  /** `onDrain` is told how many characters left the queue; `onLeave` when the reader is gone. */
  constructor(onDrain: (chars: number) => void, onLeave: () => void) {
    this.#onDrain = onDrain
    this.#onLeave = onLeave
  }

  get isOpen(): boolean {
    return !this.#isEnded && this.#error === undefined
  }

  push(text: string): void {
    this.#messages.push(text)
    this.#wake?.()
  }

  /** Puts in the last message, whose bytes are not held here. */
  pushLarge(event: LargeEvent): void {
    this.#large = event
    this.#wake?.()
  }

  end(): void {
    this.#isEnded = true
    this.#wake?.()
  }

  fail(error: Error): void {
    if (!this.isOpen) return
    this.#error = error
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<StreamEvent> {
    try {
      for (;;) {
        const text = this.#messages.shift()
        if (text !== undefined) {
          this.#onDrain(text.length)
          yield messageEvent(text)
        } else if (this.#large !== undefined) {
          const event = this.#large
          this.#large = undefined
          yield event
        } else if (this.#error !== undefined) throw this.#error
        else if (this.#isEnded) return
        else await this.#arrival()
      }
    } finally {
      this.#isEnded = true
      this.#large?.discard()
      this.#onDrain(this.#messages.splice(0).reduce((sum, text) => sum + text.length, 0))
      this.#onLeave()
    }
  }

  async #arrival(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    this.#wake = undefined
  }
}
