import { RESULT_MEMBERS, TOP_MEMBERS } from '../protected-members.ts'
import { JsonReader, JsonReadError, type JsonListener } from './json-reader.ts'
import { scanObject } from './scan.ts'
import { duplicateOf } from './span.ts'
import { Utf8Check } from './utf8-check.ts'

/** What a streamed response turned out to be, known when its body has ended. */
export type LargeResultEnd = {
  readonly kind: 'result' | 'error'
  /** The raw text of the top-level `id`; undefined when it has none. */
  readonly idText: string | undefined
  /** The raw texts of `result.isError` and `result.resultType`, when they were short scalars. */
  readonly isErrorText: string | undefined
  readonly resultTypeText: string | undefined
  readonly bytes: number
}

/** The end of a streamed response, and the last of its bytes. */
export type LargeResultTail = {
  readonly end: LargeResultEnd
  /** What was held back, from the closing brace of the result on, with these members put before it (raw values). */
  finish(added?: ReadonlyMap<string, string>): Uint8Array
}

/** What becomes of a member of the result: the raw text that it shall have; undefined leaves it out. */
export type EditMember = (valueText: string) => string | undefined

/** How a streamed response is changed on its way. */
export type LargeResultOptions = {
  /** The raw id that the next hop knows. */
  readonly idText: string
  /** The server's cap for a result, in bytes. */
  readonly bytesMax: number
  /** Members of `result` that are held whole and edited, by key. */
  readonly edits?: ReadonlyMap<string, EditMember>
}

/** The body is no JSON-RPC response, or over a bound. */
export class LargeResultError extends Error {
  override name = 'LargeResultError'
  readonly reason: 'invalid' | 'too_large'

  constructor(reason: 'invalid' | 'too_large', message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** How much may follow the result's closing brace (`id`, `jsonrpc` and unknown members), in bytes. */
const TAIL_BYTES_MAX = 64 * 1024
/** The largest member that is edited, `_meta` first of all, with the blanks before it, in bytes. */
const MEMBER_BYTES_MAX = 1024 * 1024
/** Keys are looked at in the message and in its result. */
const LOOKED_AT_DEPTH = 2

const COMMA = 0x2c
const META = '_meta'
const AS_IT_IS: EditMember = (text) => text

/**
 * Passes the bytes of a large JSON-RPC response on as they come, with the top-level `id` replaced, and holds back
 * everything from the closing brace of `result` (or `error`) on until the charge is durable (spending §4.14). It
 * takes and refuses what `readMessage` does. Memory is bounded by the chunk and the bounds above, whatever the size
 * of the result; what is wrong far behind shows only when the rest has passed, so that what has passed is never whole.
 */
export class LargeResult {
  readonly #options: LargeResultOptions
  readonly #edits: ReadonlyMap<string, EditMember>
  readonly #reader: JsonReader
  readonly #utf8 = new Utf8Check()
  readonly #topSeen = new Set<string>()
  readonly #resultSeen = new Set<string>()
  #bytes = 0
  #chunk: Uint8Array = NOTHING
  #from = 0
  #out: Uint8Array[] = []
  #topKey: string | undefined
  #memberKey: string | undefined
  #body: 'result' | 'error' | undefined
  #idText: string | undefined
  #isErrorText: string | undefined
  #resultTypeText: string | undefined
  /** Bytes that are the id's own, and go. */
  #isInId = false
  /** Members of the result that were passed on. */
  #shown = 0
  /** What stands before a member of the result: held until its key is known, and its value too when it is edited. */
  #pending: Holding | undefined
  #beforeValue: Uint8Array | undefined
  #tail: Holding | undefined

  constructor(options: LargeResultOptions) {
    this.#options = options
    this.#edits =
      options.edits?.has(META) === true
        ? options.edits
        : new Map([...(options.edits ?? []), [META, AS_IT_IS]])
    this.#reader = new JsonReader(this.#listener(), LOOKED_AT_DEPTH)
  }

  /** The raw id, as soon as it has been read. */
  get idText(): string | undefined {
    return this.#idText
  }

  /** What may be sent of this chunk. Throws {@link LargeResultError}. */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#bytes += chunk.length
    if (this.#bytes > this.#options.bytesMax)
      throw new LargeResultError('too_large', `the limit is ${this.#options.bytesMax} bytes`)
    if (!this.#utf8.push(chunk)) throw invalid('it is not UTF-8')
    this.#out = []
    this.#chunk = chunk
    this.#from = 0
    this.#reading(() => this.#reader.push(chunk))
    this.#cut(chunk.length)
    this.#chunk = NOTHING
    return this.#out
  }

  /** Ends the body: says what it was, and gives what was held back, to be sent when the charge is durable. */
  end(): LargeResultTail {
    this.#reading(() => this.#reader.end())
    if (!this.#utf8.isWhole) throw invalid('it is not UTF-8')
    if (this.#body === undefined || !this.#topSeen.has('jsonrpc'))
      throw invalid('it is no JSON-RPC response')
    const kind = this.#body
    const end: LargeResultEnd = {
      kind,
      idText: this.#idText,
      isErrorText: this.#isErrorText,
      resultTypeText: this.#resultTypeText,
      bytes: this.#bytes,
    }
    return {
      end,
      finish: (added = NONE_ADDED) => {
        const members = [...added].map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')
        const comma = this.#shown > 0 && members !== '' ? ',' : ''
        return Buffer.concat([Buffer.from(`${comma}${members}`), this.#tail?.take() ?? NOTHING])
      },
    }
  }

  #reading(work: () => void): void {
    try {
      work()
    } catch (error) {
      if (!(error instanceof JsonReadError)) throw error
      throw new LargeResultError('invalid', `it is no JSON: ${error.message}`, { cause: error })
    }
  }

  #listener(): JsonListener {
    return {
      opened: (at, isObject, depth) => this.#opened(at, isObject, depth),
      closed: (at, depth) => this.#closed(at, depth),
      key: (at, name, depth) => this.#key(at, name, depth),
      comma: (at, depth) => {
        if (depth === 2 && this.#topKey === 'result') this.#awaitKey(at)
      },
      scalarBegan: (at, depth) => this.#scalarBegan(at, depth),
      scalarEnded: (at, text, depth) => this.#scalarEnded(at, text, depth),
    }
  }

  #opened(at: number, isObject: boolean, depth: number): void {
    if (depth === 0 && !isObject) throw invalid('a message is a JSON object')
    if (depth === 2) return this.#valueBegan(at)
    if (depth !== 1) return
    if (this.#topKey === 'id') this.#idText = isObject ? '{}' : '[]'
    if (this.#topKey === 'jsonrpc') throw invalid('jsonrpc is not "2.0"')
    if (this.#topKey !== 'result' && this.#topKey !== 'error') return
    if (!isObject) throw invalid(`${this.#topKey} is not an object`)
    this.#body = this.#topKey
    if (this.#body === 'result') this.#awaitKey(at + 1)
  }

  #closed(at: number, depth: number): void {
    if (depth === 2) return this.#valueEnded(at + 1)
    if (depth !== 1 || (this.#topKey !== 'result' && this.#topKey !== 'error')) return
    this.#cut(at)
    // An empty result has blanks at most.
    if (this.#pending !== undefined) this.#out.push(this.#pending.take())
    this.#pending = undefined
    this.#tail = new Holding(TAIL_BYTES_MAX, 'after the result')
  }

  #key(at: number, name: string | undefined, depth: number): void {
    if (depth === 1) return this.#topMember(name)
    if (this.#topKey !== 'result') return
    this.#memberKey = name
    if (name !== undefined) refuseSecond(this.#resultSeen, RESULT_MEMBERS, name)
    if (name === undefined || !this.#edits.has(name)) this.#show(at)
  }

  #topMember(name: string | undefined): void {
    this.#topKey = name
    if (name === undefined) return
    refuseSecond(this.#topSeen, TOP_MEMBERS, name)
    const isSecond = name === 'result' ? 'error' : name === 'error' ? 'result' : undefined
    if (name === 'method' || (isSecond !== undefined && this.#topSeen.has(isSecond)))
      throw invalid('it is no JSON-RPC response')
  }

  #scalarBegan(at: number, depth: number): void {
    if (depth === 0) throw invalid('a message is a JSON object')
    if (depth === 2) return this.#valueBegan(at)
    if (depth !== 1) return
    if (this.#topKey === 'result' || this.#topKey === 'error')
      throw invalid(`${this.#topKey} is not an object`)
    if (this.#topKey !== 'id') return
    this.#cut(at)
    this.#isInId = true
  }

  #scalarEnded(at: number, text: string | undefined, depth: number): void {
    if (depth === 2) {
      if (this.#topKey === 'result' && this.#memberKey === 'isError') this.#isErrorText = text
      if (this.#topKey === 'result' && this.#memberKey === 'resultType') this.#resultTypeText = text
      return this.#valueEnded(at)
    }
    if (depth !== 1) return
    if (this.#topKey === 'jsonrpc' && (text === undefined || JSON.parse(text) !== '2.0'))
      throw invalid('jsonrpc is not "2.0"')
    if (!this.#isInId) return
    this.#cut(at)
    this.#isInId = false
    this.#idText = text ?? ''
    // A server that could not read the id answers with null: that stays, as it does in a message that is held.
    this.#emit(Buffer.from(text === 'null' ? text : this.#options.idText))
  }

  /** A member of the result may follow: what stands before its key waits for it. */
  #awaitKey(at: number): void {
    this.#cut(at)
    this.#pending = new Holding(MEMBER_BYTES_MAX, 'before a member of the result')
  }

  #valueBegan(at: number): void {
    if (this.#pending === undefined) return
    this.#cut(at)
    this.#beforeValue = this.#pending.take()
    this.#pending = new Holding(MEMBER_BYTES_MAX, `in ${this.#memberKey ?? 'a member'}`)
  }

  #valueEnded(at: number): void {
    const { pending, key } = { pending: this.#pending, key: this.#memberKey }
    if (pending === undefined || key === undefined) return
    this.#cut(at)
    this.#pending = undefined
    const before = pending.take().toString('utf8')
    if (key === META) refuseDuplicates(before)
    const after = this.#edits.get(key)?.(before)
    if (after === undefined) return
    this.#out.push(this.#withoutComma(this.#beforeValue ?? NOTHING), Buffer.from(after))
    this.#shown += 1
  }

  /** The member whose key ends before `at` passes as it is. */
  #show(at: number): void {
    this.#cut(at)
    if (this.#pending !== undefined) this.#out.push(this.#withoutComma(this.#pending.take()))
    this.#pending = undefined
    this.#shown += 1
  }

  /** What stands before a member: the first that is shown has no comma, also where it was not the first. */
  #withoutComma(bytes: Uint8Array): Uint8Array {
    return this.#shown === 0 && bytes[0] === COMMA ? bytes.subarray(1) : bytes
  }

  /** What has been read up to `at` goes where it belongs. */
  #cut(at: number): void {
    if (!this.#isInId && at > this.#from) this.#emit(this.#chunk.subarray(this.#from, at))
    this.#from = at
  }

  #emit(bytes: Uint8Array): void {
    const holding = this.#pending ?? this.#tail
    if (holding === undefined) this.#out.push(bytes)
    else holding.put(bytes)
  }
}

/** Bytes that wait, up to a bound. */
class Holding {
  readonly #bytesMax: number
  readonly #where: string
  #parts: Uint8Array[] = []
  #bytes = 0

  constructor(bytesMax: number, where: string) {
    this.#bytesMax = bytesMax
    this.#where = where
  }

  put(bytes: Uint8Array): void {
    this.#bytes += bytes.length
    if (this.#bytes > this.#bytesMax)
      throw new LargeResultError('too_large', `over ${this.#bytesMax} bytes ${this.#where}`)
    // Copied: the chunk may be a view of a buffer that its socket uses again.
    this.#parts.push(Uint8Array.from(bytes))
  }

  take(): Buffer {
    return Buffer.concat(this.#parts)
  }
}

const NOTHING = new Uint8Array(0)
const NONE_ADDED: ReadonlyMap<string, string> = new Map()

function refuseSecond(seen: Set<string>, guarded: ReadonlySet<string>, key: string): void {
  if (!guarded.has(key)) return
  if (seen.has(key)) throw invalid(`the member ${JSON.stringify(key)} stands twice`)
  seen.add(key)
}

function refuseDuplicates(metaText: string): void {
  const meta = scanObject(metaText)
  const twice = meta === undefined ? undefined : duplicateOf(meta)
  if (twice !== undefined) throw invalid(`the member ${JSON.stringify(twice)} stands twice`)
}

function invalid(message: string): LargeResultError {
  return new LargeResultError('invalid', message)
}
