import type { SseEvent, SseField } from './event.ts'
import { SseOverflow } from './overflow.ts'

/** The largest event that is held whole, in bytes; the data of a larger one passes in parts. */
export const SSE_EVENT_BYTES_MAX = 16 * 1024 * 1024

/**
 * Fields of one event that is held: each costs about a hundred bytes of memory however short it is, so this is as much
 * as the text may take; a result of 16 MiB that is written in lines of 64 characters has as many.
 */
export const SSE_EVENT_FIELDS_MAX = 262_144

/** What a large event may say besides its data, in bytes and in fields: an id, a name, a retry time. */
const OTHER_BYTES_MAX = 64 * 1024
const OTHER_FIELDS_MAX = 64

const DATA = Buffer.from('data:')
/** A line that is this long shows whether it is data, and where its value begins. */
const PREFIX_BYTES = DATA.length + 1
const FEED = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const LINE_BREAK = Buffer.from('\n')
/** A mark of byte order, which is no part of the text at the start of a stream. */
const MARK = Buffer.from('\ufeff')

/** A piece of a stream of events. */
export type SseToken =
  | { readonly kind: 'event'; readonly event: SseEvent }
  /** An event over the cap begins; these are the fields before its data. */
  | { readonly kind: 'large'; readonly fields: readonly SseField[] }
  /** More of its data. */
  | { readonly kind: 'part'; readonly bytes: Uint8Array }
  /** It is whole; these fields came after its data had begun. */
  | { readonly kind: 'end'; readonly fields: readonly SseField[] }

/** Cuts a byte stream into events, and the data of a large one into parts, whatever the chunk borders (WHATWG HTML §9.2.6). */
export class SseCutter {
  readonly #bytesMax: number
  #tokens: SseToken[] = []
  /** The line that is being read, unless it streams. NOTE: bytes, for text of this size would stay on the heap. */
  #parts: Uint8Array[] = []
  #lineBytes = 0
  #fields: SseField[] = []
  #bytes = 0
  #isFirst = true
  #isLarge = false
  #isStreaming = false
  #hasData = false
  #afterReturn = false

  constructor(bytesMax: number = SSE_EVENT_BYTES_MAX) {
    this.#bytesMax = bytesMax
  }

  /** What a chunk completes or brings; throws {@link SseOverflow} when what is no data is too large. */
  push(chunk: Uint8Array): SseToken[] {
    this.#tokens = []
    let at = 0
    if (this.#afterReturn && chunk.length > 0) {
      this.#afterReturn = false
      if (chunk[0] === FEED) at = 1
    }
    for (let end = nextBreak(chunk, at); end !== -1; end = nextBreak(chunk, at)) {
      this.#take(chunk.subarray(at, end))
      this.#endLine()
      at = end + 1
      if (chunk[end] !== RETURN) continue
      if (at === chunk.length) this.#afterReturn = true
      else if (chunk[at] === FEED) at += 1
    }
    if (at < chunk.length) {
      this.#take(chunk.subarray(at))
      this.#outgrow()
    }
    return this.#tokens
  }

  #take(piece: Uint8Array): void {
    if (this.#isStreaming) return this.#part(piece)
    this.#parts.push(piece)
    this.#lineBytes += piece.length
    this.#bytes += piece.length
  }

  /** A line that is not whole yet must not be held when it need not be. */
  #outgrow(): void {
    if (this.#isStreaming || this.#lineBytes < PREFIX_BYTES) return
    if (!this.#isLarge && this.#bytes <= this.#bytesMax) return
    const isData = this.#isDataLine()
    if (!this.#isLarge) this.#beginLarge(isData)
    if (!isData) return this.#bound(this.#lineBytes)
    this.#beginData()
    let before = DATA.length
    let mayBeSpace = true
    for (const part of this.#takeParts()) {
      let from = Math.min(before, part.length)
      before -= from
      if (mayBeSpace && from < part.length) {
        mayBeSpace = false
        if (part[from] === SPACE) from += 1
      }
      this.#part(part.subarray(from))
    }
    this.#isStreaming = true
  }

  #isDataLine(): boolean {
    const [first = LINE_BREAK] = this.#parts
    const begin = first.length < DATA.length ? Buffer.concat(this.#parts) : first
    return DATA.equals(begin.subarray(0, DATA.length))
  }

  #endLine(): void {
    if (this.#isStreaming) {
      this.#isStreaming = false
      return
    }
    const line = this.#takeLine()
    if (line === '') return this.#endEvent()
    const field = fieldOf(line)
    const isData = field.name === 'data'
    if (!this.#isLarge && this.#isOver()) this.#beginLarge(isData)
    if (!this.#isLarge) return void this.#fields.push(field)
    if (isData) return this.#data(field.value)
    this.#fields.push(field)
    this.#bound(this.#fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0))
  }

  #isOver(): boolean {
    return this.#bytes > this.#bytesMax || this.#fields.length === SSE_EVENT_FIELDS_MAX
  }

  #endEvent(): void {
    const fields = this.#fields
    this.#fields = []
    this.#bytes = 0
    if (this.#isLarge) this.#tokens.push({ kind: 'end', fields })
    else if (fields.length > 0) this.#tokens.push({ kind: 'event', event: { fields } })
    this.#isLarge = false
    this.#hasData = false
  }

  /** The event is over the cap: from here on its data is not held. */
  #beginLarge(isData: boolean): void {
    const fields = this.#fields.filter(({ name }) => name !== 'data')
    const values = this.#fields.filter(({ name }) => name === 'data')
    if ((values.length === 0 && !isData) || fields.length > OTHER_FIELDS_MAX)
      throw new SseOverflow(
        `an event of over ${this.#bytesMax} bytes or ${SSE_EVENT_FIELDS_MAX} fields`,
      )
    this.#tokens.push({ kind: 'large', fields })
    this.#isLarge = true
    this.#fields = []
    for (const { value } of values) this.#data(value)
  }

  #data(value: string): void {
    this.#beginData()
    this.#part(Buffer.from(value))
  }

  #beginData(): void {
    if (this.#hasData) this.#part(LINE_BREAK)
    this.#hasData = true
  }

  #part(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#tokens.push({ kind: 'part', bytes })
  }

  #bound(bytes: number): void {
    if (bytes > OTHER_BYTES_MAX || this.#fields.length > OTHER_FIELDS_MAX)
      throw new SseOverflow(`an event of over ${OTHER_BYTES_MAX} bytes besides its data`)
  }

  #takeParts(): Uint8Array[] {
    const parts = this.#parts
    this.#parts = []
    this.#lineBytes = 0
    return parts
  }

  #takeLine(): string {
    const parts = this.#takeParts()
    const [only = NOTHING] = parts
    let line = Buffer.from(only.buffer, only.byteOffset, only.byteLength)
    if (parts.length > 1) line = Buffer.concat(parts)
    if (this.#isFirst && MARK.equals(line.subarray(0, MARK.length)))
      line = line.subarray(MARK.length)
    this.#isFirst = false
    return line.toString('utf8')
  }
}

const NOTHING = new Uint8Array(0)

function fieldOf(line: string): SseField {
  const colon = line.indexOf(':')
  if (colon === -1) return { name: line, value: '' }
  const from = line[colon + 1] === ' ' ? colon + 2 : colon + 1
  return { name: line.slice(0, colon), value: line.slice(from) }
}

function nextBreak(bytes: Uint8Array, from: number): number {
  const feed = bytes.indexOf(FEED, from)
  const carriage = bytes.indexOf(RETURN, from)
  if (feed === -1) return carriage
  return carriage === -1 ? feed : Math.min(feed, carriage)
}
