import { JSON_DEPTH_MAX } from './scan.ts'

/** The bytes are no JSON, or nest too deep. */
export class JsonReadError extends Error {
  override name = 'JsonReadError'
}

/**
 * What a reader is told while bytes pass. `at` is a place in the chunk that is being read; `depth` says how many
 * containers are open around what it is told of.
 */
export interface JsonListener {
  /** A container opens at `at`. */
  opened(at: number, isObject: boolean, depth: number): void
  /** The bracket at `at` closes a container. */
  closed(at: number, depth: number): void
  /** A key ends before `at`; undefined when it is too long to be looked at. */
  key(at: number, name: string | undefined, depth: number): void
  comma(at: number, depth: number): void
  /** A string, number or literal begins at `at`. */
  scalarBegan(at: number, depth: number): void
  /** It ends before `at`; its raw text is undefined when it is too long to be looked at. */
  scalarEnded(at: number, text: string | undefined, depth: number): void
}

/** The longest key or scalar that is looked at, in bytes; longer ones only pass. */
export const TOKEN_BYTES_MAX = 1024

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const COMMA = 0x2c
const COLON = 0x3a
const MINUS = 0x2d
const PLUS = 0x2b
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39

/** Where in the grammar the next byte stands (RFC 8259). */
type State =
  | 'value'
  | 'value or end'
  | 'key'
  | 'key or end'
  | 'colon'
  | 'after value'
  | 'done'
  | 'string'
  | 'escape'
  | 'hex'
  | 'literal'
  | 'minus'
  | 'zero'
  | 'integer'
  | 'dot'
  | 'fraction'
  | 'exponent'
  | 'exponent sign'
  | 'exponent digits'

/** The states in which a number may end. */
const NUMBER_ENDS: ReadonlySet<State> = new Set(['zero', 'integer', 'fraction', 'exponent digits'])
const LITERALS: ReadonlyMap<number, string> = new Map([
  [0x74, 'true'],
  [0x66, 'false'],
  [0x6e, 'null'],
])
const ESCAPED: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'))

/**
 * Reads JSON in pieces, whatever their borders, and takes exactly what `JSON.parse` takes, up to the depth that any
 * message may have. Keeps the brackets that are open and one short token; nothing else.
 */
export class JsonReader {
  readonly #listener: JsonListener
  /** What is looked at ends at this depth: tokens below are not kept. */
  readonly #depthMax: number
  #state: State = 'value'
  #closers: number[] = []
  #isKey = false
  #token: Uint8Array[] | undefined
  #tokenBytes = 0
  #hexLeft = 0
  #literal = ''

  constructor(listener: JsonListener, depthMax: number) {
    this.#listener = listener
    this.#depthMax = depthMax
  }

  /** Throws {@link JsonReadError}. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) at = this.#step(chunk, at)
  }

  /** Throws {@link JsonReadError} unless one whole value was read. */
  end(): void {
    if (this.#state !== 'done') throw new JsonReadError('it ends too early')
  }

  /** Reads at one place and gives the next. */
  #step(chunk: Uint8Array, at: number): number {
    const byte = chunk[at] ?? 0
    switch (this.#state) {
      case 'string':
        return this.#string(chunk, at)
      case 'escape':
        return this.#escape(chunk, at, byte)
      case 'hex':
        if (!isHex(byte)) throw unexpected(byte)
        this.#note(chunk, at, at + 1)
        this.#hexLeft -= 1
        if (this.#hexLeft === 0) this.#state = 'string'
        return at + 1
      case 'literal':
        if (byte !== this.#literal.charCodeAt(0)) throw unexpected(byte)
        this.#note(chunk, at, at + 1)
        this.#literal = this.#literal.slice(1)
        if (this.#literal === '') this.#endScalar(at + 1)
        return at + 1
      case 'value':
      case 'value or end':
      case 'key':
      case 'key or end':
      case 'colon':
      case 'after value':
      case 'done':
        if (!isBlank(byte)) this.#structure(chunk, at, byte)
        return at + 1
      default:
        return this.#number(chunk, at, byte)
    }
  }

  #structure(chunk: Uint8Array, at: number, byte: number): void {
    const depth = this.#closers.length
    switch (this.#state) {
      case 'colon':
        if (byte !== COLON) throw unexpected(byte)
        this.#state = 'value'
        return
      case 'after value':
        if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) return this.#close(at, byte)
        if (byte !== COMMA) throw unexpected(byte)
        this.#listener.comma(at, depth)
        this.#state = this.#closers[depth - 1] === CLOSE_OBJECT ? 'key' : 'value'
        return
      case 'key or end':
        if (byte === CLOSE_OBJECT) return this.#close(at, byte)
        return this.#beginKey(chunk, at, byte)
      case 'key':
        return this.#beginKey(chunk, at, byte)
      case 'value or end':
        if (byte === CLOSE_ARRAY) return this.#close(at, byte)
        return this.#beginValue(chunk, at, byte)
      case 'value':
        return this.#beginValue(chunk, at, byte)
      default:
        throw new JsonReadError('something follows its end')
    }
  }

  #beginKey(chunk: Uint8Array, at: number, byte: number): void {
    if (byte !== QUOTE) throw unexpected(byte)
    this.#isKey = true
    this.#beginToken(chunk, at)
    this.#state = 'string'
  }

  #beginValue(chunk: Uint8Array, at: number, byte: number): void {
    const depth = this.#closers.length
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (depth >= JSON_DEPTH_MAX)
        throw new JsonReadError(`it is deeper than ${JSON_DEPTH_MAX} levels`)
      const isObject = byte === OPEN_OBJECT
      this.#listener.opened(at, isObject, depth)
      this.#closers.push(isObject ? CLOSE_OBJECT : CLOSE_ARRAY)
      this.#state = isObject ? 'key or end' : 'value or end'
      return
    }
    this.#state = this.#scalarState(byte)
    this.#isKey = false
    this.#listener.scalarBegan(at, depth)
    this.#beginToken(chunk, at)
  }

  #scalarState(byte: number): State {
    if (byte === QUOTE) return 'string'
    if (byte === MINUS) return 'minus'
    if (byte === ZERO) return 'zero'
    if (isDigit(byte)) return 'integer'
    const literal = LITERALS.get(byte)
    if (literal === undefined) throw unexpected(byte)
    this.#literal = literal.slice(1)
    return 'literal'
  }

  #string(chunk: Uint8Array, at: number): number {
    const end = endOfPlain(chunk, at)
    if (end === chunk.length) {
      this.#note(chunk, at, end)
      return end
    }
    const byte = chunk[end] ?? 0
    this.#note(chunk, at, end + 1)
    if (byte === BACKSLASH) this.#state = 'escape'
    else if (byte !== QUOTE) throw unexpected(byte)
    else if (this.#isKey) this.#endKey(end + 1)
    else this.#endScalar(end + 1)
    return end + 1
  }

  #escape(chunk: Uint8Array, at: number, byte: number): number {
    this.#note(chunk, at, at + 1)
    if (byte === 0x75) {
      this.#state = 'hex'
      this.#hexLeft = 4
    } else if (ESCAPED.has(byte)) this.#state = 'string'
    else throw unexpected(byte)
    return at + 1
  }

  #number(chunk: Uint8Array, at: number, byte: number): number {
    const next = afterInNumber(this.#state, byte)
    if (next !== undefined) {
      this.#state = next
      this.#note(chunk, at, at + 1)
      return at + 1
    }
    if (!NUMBER_ENDS.has(this.#state)) throw unexpected(byte)
    this.#endScalar(at)
    return at
  }

  #endKey(at: number): void {
    const raw = this.#takeToken()
    this.#state = 'colon'
    const depth = this.#closers.length
    if (depth > this.#depthMax) return
    this.#listener.key(at, raw === undefined ? undefined : String(JSON.parse(raw)), depth)
  }

  #endScalar(at: number): void {
    const text = this.#takeToken()
    this.#endValue()
    this.#listener.scalarEnded(at, text, this.#closers.length)
  }

  #close(at: number, byte: number): void {
    if (this.#closers.pop() !== byte) throw unexpected(byte)
    this.#endValue()
    this.#listener.closed(at, this.#closers.length)
  }

  #endValue(): void {
    this.#state = this.#closers.length === 0 ? 'done' : 'after value'
  }

  #beginToken(chunk: Uint8Array, at: number): void {
    if (this.#closers.length > this.#depthMax) return
    this.#token = []
    this.#tokenBytes = 0
    this.#note(chunk, at, at + 1)
  }

  #note(chunk: Uint8Array, from: number, to: number): void {
    if (this.#token === undefined || to === from) return
    this.#tokenBytes += to - from
    // Copied: the chunk may be a view of a buffer that its socket uses again.
    if (this.#tokenBytes <= TOKEN_BYTES_MAX)
      this.#token.push(Uint8Array.from(chunk.subarray(from, to)))
    else this.#token = undefined
  }

  #takeToken(): string | undefined {
    const token = this.#token
    this.#token = undefined
    return token === undefined ? undefined : Buffer.concat(token).toString('utf8')
  }
}

/** The state after a byte that goes on with a number; undefined for one that does not. */
function afterInNumber(state: State, byte: number): State | undefined {
  switch (state) {
    case 'minus':
      if (byte === ZERO) return 'zero'
      return isDigit(byte) ? 'integer' : undefined
    case 'integer':
      if (isDigit(byte)) return 'integer'
      return afterInteger(byte)
    case 'zero':
      return afterInteger(byte)
    case 'dot':
      return isDigit(byte) ? 'fraction' : undefined
    case 'fraction':
      if (isDigit(byte)) return 'fraction'
      return isExponent(byte) ? 'exponent' : undefined
    case 'exponent':
      if (byte === MINUS || byte === PLUS) return 'exponent sign'
      return isDigit(byte) ? 'exponent digits' : undefined
    case 'exponent sign':
    case 'exponent digits':
      return isDigit(byte) ? 'exponent digits' : undefined
    default:
      return undefined
  }
}

function afterInteger(byte: number): State | undefined {
  if (byte === DOT) return 'dot'
  return isExponent(byte) ? 'exponent' : undefined
}

/** Where a string's plain part ends in this chunk: at a quote, a backslash, a control character, or the chunk's end. */
function endOfPlain(chunk: Uint8Array, from: number): number {
  let at = from
  for (; at < chunk.length; at += 1) {
    const byte = chunk[at] ?? 0
    if (byte === QUOTE || byte === BACKSLASH || byte < 0x20) break
  }
  return at
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE
}

function isExponent(byte: number): boolean {
  return byte === 0x65 || byte === 0x45
}

function isHex(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x61 && byte <= 0x66) || (byte >= 0x41 && byte <= 0x46)
}

function unexpected(byte: number): JsonReadError {
  return new JsonReadError(`the byte 0x${byte.toString(16).padStart(2, '0')} does not belong there`)
}
