/** How much of a body may wait for its reader before the sender is paused: a few socket reads, in bytes. */
export const QUEUED_BYTES_MAX = 256 * 1024

/** A body between the socket and its reader: pulled chunk by chunk, pausing the socket when the reader is slow. */
export class ByteQueue implements AsyncIterable<Uint8Array> {
  #chunks: Uint8Array[] = []
  #bytes = 0
  #paused = false
  #ended = false
  #error: Error | undefined
  #wake: (() => void) | undefined
  readonly #flow: { pause(): void; resume(): void; cancel(): void }

  constructor(flow: { pause(): void; resume(): void; cancel(): void }) {
    this.#flow = flow
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    if (!this.#paused && this.#bytes > QUEUED_BYTES_MAX) {
      this.#paused = true
      this.#flow.pause()
    }
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  fail(error: Error): void {
    this.#error ??= error
    this.#wake?.()
  }

  /** The next chunk, or undefined at the end; rejects when the body broke off. */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#chunks.length === 0) {
      if (this.#error !== undefined) throw this.#error
      if (this.#ended) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
    const chunk = this.#chunks.shift()
    this.#bytes -= chunk?.length ?? 0
    if (this.#paused && this.#bytes === 0) {
      this.#paused = false
      this.#flow.resume()
    }
    return chunk
  }

  /** Iterates to the end; leaving early gives the socket up. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next())
        yield chunk
    } finally {
      this.cancel()
    }
  }

  /** Gives the socket up unless the body has ended. */
  cancel(): void {
    if (!this.#ended) this.#flow.cancel()
  }
}
