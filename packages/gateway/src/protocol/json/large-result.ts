import { JSON_DEPTH_MAX } from './scan.ts'

/** What a streamed response turned out to be, known when its body has ended. */
export type LargeResultEnd = {
  readonly kind: 'result' | 'error'
  /** The raw text of the top-level `id`. */
  readonly idText: string
  /** The raw texts of `result.isError` and `result.resultType`, when they were scalars. */
  readonly isErrorText: string | undefined
  readonly resultTypeText: string | undefined
  /** Whether `result` has a `_meta` of its own (a second one must not be added) and whether it is empty. */
  readonly hasMeta: boolean
  readonly isEmpty: boolean
  readonly bytes: number
}

/** The body is no JSON-RPC response, or over a bound. */
export class LargeResultError extends Error {
  override name = 'LargeResultError'
  readonly reason: 'invalid' | 'too_large'

  constructor(reason: 'invalid' | 'too_large', message: string) {
    super(message)
    this.reason = reason
  }
}

/** How much may follow the result's closing brace (`id`, `jsonrpc` and unknown members), in bytes. */
const TAIL_BYTES_MAX = 64 * 1024
/** The longest key or scalar that is looked at, in bytes; longer ones are only passed on. */
const TOKEN_BYTES_MAX = 1024

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a

/**
 * Passes the bytes of a large JSON-RPC response on as they come, with the top-level `id` replaced, and
 * holds back everything from the closing brace of `result` (or `error`) on until the charge is durable
 * (spending §4.14). Memory is bounded by the chunk and 64 KiB, whatever the size of the result.
 */
export class LargeResult {
  readonly #id: Uint8Array
  readonly #bytesMax: number
  #bytes = 0
  #closers: number[] = []
  #started = false
  #ended = false
  #inString = false
  #escaped = false
  #token: number[] | undefined
  #topKey: string | undefined
  #innerKey: string | undefined
  #body: 'result' | 'error' | undefined
  #idText: string | undefined
  #isErrorText: string | undefined
  #resultTypeText: string | undefined
  #hasMeta = false
  #isEmpty = true
  #idWritten = false
  #held: Uint8Array[] | undefined
  #heldBytes = 0

  /** `idText` is the client's own id; `bytesMax` the server's cap for a result. */
  constructor(idText: string, bytesMax: number) {
    this.#id = Buffer.from(idText)
    this.#bytesMax = bytesMax
  }

  /** What may be sent of this chunk. Throws {@link LargeResultError}. */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#bytes += chunk.length
    if (this.#bytes > this.#bytesMax) throw new LargeResultError('too_large', 'over the cap')
    const out: Uint8Array[] = []
    let from = 0
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0
      if (this.#inString && !this.#escaped && this.#isSkippable()) at = endOfPlain(chunk, at)
      if (this.#isBodyEnd(chunk[at] ?? 0)) {
        this.#emit(out, chunk.subarray(from, at))
        this.#held = []
        from = at
      }
      const wasId = this.#isId()
      const isValue = this.#inString || !isBlank(byte)
      if (at < chunk.length) this.#read(chunk[at] ?? 0)
      if (!wasId || !this.#isId() || !isValue) continue
      this.#emit(out, chunk.subarray(from, at))
      if (!this.#idWritten) this.#emit(out, this.#id)
      this.#idWritten = true
      from = at + 1
    }
    if (from < chunk.length) this.#emit(out, chunk.subarray(from))
    return out
  }

  /** Ends the body: says what it was, and gives what was held back, to be sent when the charge is durable. */
  end(): { readonly end: LargeResultEnd; readonly held: Uint8Array } {
    if (!this.#ended || this.#body === undefined || this.#idText === undefined) {
      throw new LargeResultError('invalid', 'not a whole JSON-RPC response')
    }
    const end: LargeResultEnd = {
      kind: this.#body,
      idText: this.#idText,
      isErrorText: this.#isErrorText,
      resultTypeText: this.#resultTypeText,
      hasMeta: this.#hasMeta,
      isEmpty: this.#isEmpty,
      bytes: this.#bytes,
    }
    return { end, held: Buffer.concat(this.#held ?? []) }
  }

  #emit(out: Uint8Array[], bytes: Uint8Array): void {
    if (bytes.length === 0) return
    if (this.#held === undefined) {
      out.push(bytes)
      return
    }
    this.#heldBytes += bytes.length
    if (this.#heldBytes > TAIL_BYTES_MAX) {
      throw new LargeResultError('invalid', `over ${TAIL_BYTES_MAX} bytes after the result`)
    }
    this.#held.push(Uint8Array.from(bytes))
  }

  /** Whether we are at the value of the top-level `id`. */
  #isId(): boolean {
    return this.#closers.length === 1 && this.#topKey === 'id'
  }

  #isBodyKey(): boolean {
    return this.#topKey === 'result' || this.#topKey === 'error'
  }

  /** Whether keys and scalars of the present level are read: the top, and inside `result`. */
  #isRead(): boolean {
    return this.#closers.length === 1 || (this.#closers.length === 2 && this.#topKey === 'result')
  }

  /** Whether the next byte closes `result` or `error`: from there on all is held back. */
  #isBodyEnd(byte: number): boolean {
    return (
      !this.#inString &&
      this.#held === undefined &&
      this.#closers.length === 2 &&
      byte === this.#closers[1] &&
      this.#isBodyKey()
    )
  }

  /** Whether the text of the string that we are in does not matter. */
  #isSkippable(): boolean {
    return !this.#isId() && (this.#token === undefined || this.#token.length > TOKEN_BYTES_MAX)
  }

  #read(byte: number): void {
    if (this.#inString) this.#readString(byte)
    else this.#readToken(byte)
  }

  #note(byte: number): void {
    this.#token ??= []
    if (this.#token.length <= TOKEN_BYTES_MAX) this.#token.push(byte)
  }

  #readString(byte: number): void {
    if (this.#token !== undefined) this.#note(byte)
    if (this.#escaped) this.#escaped = false
    else if (byte === BACKSLASH) this.#escaped = true
    else if (byte === QUOTE) this.#inString = false
  }

  #readToken(byte: number): void {
    if (isBlank(byte)) return
    if (this.#ended) throw new LargeResultError('invalid', 'bytes after the end')
    if (!this.#started) {
      if (byte !== 0x7b) throw new LargeResultError('invalid', 'not an object')
      this.#started = true
    }
    if (byte === QUOTE) {
      this.#inString = true
      if (this.#isRead()) this.#note(byte)
      return
    }
    if (byte === 0x7b || byte === 0x5b) this.#open(byte)
    else if (byte === 0x7d || byte === 0x5d) this.#close(byte)
    else if (byte === COMMA) {
      this.#endValue()
    } else if (byte === COLON) this.#endKey()
    else if (this.#isRead()) this.#note(byte)
  }

  #open(byte: number): void {
    if (this.#closers.length >= JSON_DEPTH_MAX) throw new LargeResultError('invalid', 'too deep')
    if (this.#closers.length === 1) {
      if (this.#topKey === 'id') throw new LargeResultError('invalid', 'an id is no container')
      if (this.#isBodyKey() && byte !== 0x7b) {
        throw new LargeResultError('invalid', 'result and error are objects')
      }
    }
    this.#token = undefined
    this.#closers.push(byte === 0x7b ? 0x7d : 0x5d)
  }

  #close(byte: number): void {
    this.#endValue()
    if (this.#closers.pop() !== byte) throw new LargeResultError('invalid', 'brackets do not match')
    if (this.#closers.length === 0) this.#ended = true
  }

  #endKey(): void {
    if (!this.#isRead()) return
    const key = this.#takeToken()
    if (key === undefined) throw new LargeResultError('invalid', 'a member has no key')
    const name: unknown = key.length > TOKEN_BYTES_MAX ? '' : parseToken(key)
    if (typeof name !== 'string') throw new LargeResultError('invalid', 'a key is a string')
    if (this.#closers.length === 2) {
      this.#innerKey = name
      this.#isEmpty = false
      if (name === '_meta') this.#hasMeta = true
      return
    }
    this.#topKey = name
    if (name === 'id' && this.#idText !== undefined)
      throw new LargeResultError('invalid', 'two ids')
    if (name === 'result' || name === 'error') {
      if (this.#body !== undefined) throw new LargeResultError('invalid', 'two results')
      this.#body = name
    }
  }

  #endValue(): void {
    if (!this.#isRead()) return
    const text = this.#takeToken()
    if (this.#closers.length === 1) {
      if (this.#topKey === 'id') {
        if (text === undefined) throw new LargeResultError('invalid', 'an id has no value')
        this.#idText = text
      }
      this.#topKey = undefined
    } else {
      if (this.#innerKey === 'isError') this.#isErrorText = text
      if (this.#innerKey === 'resultType') this.#resultTypeText = text
      this.#innerKey = undefined
    }
  }

  #takeToken(): string | undefined {
    const token = this.#token
    this.#token = undefined
    return token === undefined ? undefined : Buffer.from(token).toString('utf8')
  }
}

/** Where a string's plain part ends in this chunk: at a quote, a backslash, or the chunk's end. */
function endOfPlain(chunk: Uint8Array, from: number): number {
  let at = from
  while (at < chunk.length && chunk[at] !== QUOTE && chunk[at] !== BACKSLASH) at += 1
  return at
}

function parseToken(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new LargeResultError('invalid', `not JSON: ${String(error)}`)
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
