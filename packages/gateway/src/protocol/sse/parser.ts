import { SseCutter } from './cutter.ts'
import { SseOverflow } from './overflow.ts'
import type { SseEvent } from './event.ts'

/** Cuts a byte stream into events that are held whole, whatever the chunk borders (WHATWG HTML §9.2.6). */
export class SseParser {
  readonly #cutter: SseCutter

  constructor(bytesMax?: number) {
    this.#cutter = new SseCutter(bytesMax)
  }

  /** The events that a chunk completes; throws {@link SseOverflow} when one is too large. */
  push(chunk: Uint8Array): SseEvent[] {
    return this.#cutter.push(chunk).map((token) => {
      if (token.kind !== 'event') throw new SseOverflow('an event that is too large to be held')
      return token.event
    })
  }
}
