import type { SseEvent, SseField } from './event.ts'

/** The largest event that is held whole: as large as any result that is not streamed, 16 MiB of text. */
export const SSE_EVENT_CHARS_MAX = 16 * 1024 * 1024

/**
 * Fields of one event: each costs about a hundred bytes of memory however short it is, so this is as much as the
 * text may take; a result of 16 MiB that is written in lines of 64 characters has as many.
 */
export const SSE_EVENT_FIELDS_MAX = 262_144

/** An event grew over a cap. */
export class SseOverflow extends Error {
  override name = 'SseOverflow'
}

/** Cuts a byte stream into events, one at a time, whatever the chunk borders (WHATWG HTML §9.2.6). */
export class SseParser {
  readonly #decoder = new TextDecoder()
  readonly #charsMax: number
  #parts: string[] = []
  #fields: SseField[] = []
  #chars = 0
  #afterReturn = false

  constructor(charsMax: number = SSE_EVENT_CHARS_MAX) {
    this.#charsMax = charsMax
  }

  /** The events that a chunk completes; throws {@link SseOverflow} when one is too large. */
  push(chunk: Uint8Array): SseEvent[] {
    const text = this.#decoder.decode(chunk, { stream: true })
    const events: SseEvent[] = []
    let at = 0
    if (this.#afterReturn && text.length > 0) {
      this.#afterReturn = false
      if (text.startsWith('\n')) at = 1
    }
    for (let end = nextBreak(text, at); end !== -1; end = nextBreak(text, at)) {
      this.#parts.push(text.slice(at, end))
      this.#grow(end - at)
      const event = this.#endLine()
      if (event !== undefined) events.push(event)
      at = end + 1
      if (text[end] !== '\r') continue
      if (at === text.length) this.#afterReturn = true
      else if (text[at] === '\n') at += 1
    }
    if (at < text.length) {
      this.#parts.push(text.slice(at))
      this.#grow(text.length - at)
    }
    return events
  }

  #grow(chars: number): void {
    this.#chars += chars
    if (this.#chars > this.#charsMax)
      throw new SseOverflow(`an event over ${this.#charsMax} characters`)
  }

  #endLine(): SseEvent | undefined {
    const line = this.#parts.length === 1 ? (this.#parts[0] ?? '') : this.#parts.join('')
    this.#parts = []
    if (line !== '') {
      if (this.#fields.length === SSE_EVENT_FIELDS_MAX)
        throw new SseOverflow(`an event of over ${SSE_EVENT_FIELDS_MAX} fields`)
      this.#fields.push(fieldOf(line))
      return undefined
    }
    const fields = this.#fields
    this.#fields = []
    this.#chars = 0
    return fields.length === 0 ? undefined : { fields }
  }
}

function fieldOf(line: string): SseField {
  const colon = line.indexOf(':')
  if (colon === -1) return { name: line, value: '' }
  const from = line[colon + 1] === ' ' ? colon + 2 : colon + 1
  return { name: line.slice(0, colon), value: line.slice(from) }
}

function nextBreak(text: string, from: number): number {
  const feed = text.indexOf('\n', from)
  const carriage = text.indexOf('\r', from)
  if (feed === -1) return carriage
  return carriage === -1 ? feed : Math.min(feed, carriage)
}
