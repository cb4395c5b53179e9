import { refuseListen } from '../problems.ts'
import { textOf } from '../request-body.ts'

/** The body of one request: exactly as many bytes as its head said. */
export class Body {
  #missing: number
  #chunks: Buffer[]
  #bytes = 0
  #reader: { resolve(text: string): void; reject(reason: unknown): void } | undefined
  #failure: Error | undefined
  #isWanted = false
  #isDropped = false

  readonly #onWanted: () => void

  /** `first` is what came with the head, at most `length` bytes; `onWanted` is told when somebody waits for more. */
  constructor(length: number, first: Buffer, onWanted: () => void) {
    this.#onWanted = onWanted
    this.#missing = length - first.length
    this.#bytes = first.length
    this.#chunks = first.length === 0 ? [] : [first]
  }

  /** Whether all of it has come. */
  get isWhole(): boolean {
    return this.#missing === 0
  }

  /** Whether it was given up. */
  get isFailed(): boolean {
    return this.#failure !== undefined
  }

  /** Bytes that wait for somebody who wants them: a caller that was not let in yet may not fill memory. */
  get idleBytes(): number {
    return this.#isWanted || this.#isDropped ? 0 : this.#bytes
  }

  /** Takes its part of what came; answers what belongs to the next request. */
  take(chunk: Buffer): Buffer | undefined {
    const part = chunk.length > this.#missing ? chunk.subarray(0, this.#missing) : chunk
    this.#missing -= part.length
    if (!this.#isDropped) {
      this.#chunks.push(part)
      this.#bytes += part.length
    }
    if (this.isWhole && this.#reader !== undefined) this.#settle(this.#reader)
    return part.length === chunk.length ? undefined : chunk.subarray(part.length)
  }

  /** The text, at once when it is there; throws or rejects with a problem. To be called once. */
  read(): string | Promise<string> {
    this.#isWanted = true
    if (this.#failure !== undefined) throw this.#failure
    if (this.isWhole) return this.#text()
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject }
      this.#onWanted()
    })
  }

  /** The rest will not come, or not in time: whoever waits is told, and what comes yet is dropped. */
  fail(cause?: unknown): void {
    if (this.isWhole || this.#failure !== undefined) return
    this.#failure = refuseListen('listen.body_timeout', cause === undefined ? {} : { cause })
    this.drop()
    this.#reader?.reject(this.#failure)
    this.#reader = undefined
  }

  /** Nobody will read it: its bytes are only counted from here on. */
  drop(): void {
    this.#isDropped = true
    this.#chunks = []
  }

  #settle(reader: { resolve(text: string): void; reject(reason: unknown): void }): void {
    this.#reader = undefined
    try {
      reader.resolve(this.#text())
    } catch (refusal) {
      reader.reject(refusal)
    }
  }

  #text(): string {
    const [first] = this.#chunks
    const whole =
      first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)
    this.#chunks = []
    return textOf(whole)
  }
}
