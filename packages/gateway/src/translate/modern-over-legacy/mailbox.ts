/** Nothing came within the time that the reader gave. */
export const QUIET: unique symbol = Symbol('quiet')

/**
 * Messages of one call, from wherever they come, for the one who reads: `push` resolves when there is room again, so
 * that a slow client slows the server down.
 */
export class Mailbox<T> {
  #items: T[] = []
  #end: { readonly error: unknown } | 'ended' | undefined
  #wake: (() => void) | undefined
  #room: PromiseWithResolvers<void> | undefined

  /** Puts a message in; resolves when less than {@link WAITING_MAX} wait. */
  push(item: T): Promise<void> | undefined {
    this.#items.push(item)
    this.#wake?.()
    if (this.#items.length < WAITING_MAX) return undefined
    this.#room ??= Promise.withResolvers()
    return this.#room.promise
  }

  /** How many wait. */
  get size(): number {
    return this.#items.length
  }

  /** Nothing more comes, because of an error or because all has been said; the first word counts. */
  end(reason: { readonly error: unknown } | 'ended'): void {
    this.#end ??= reason
    this.#room?.resolve()
    this.#wake?.()
  }

  /** What waits already, in order. */
  get waiting(): readonly T[] {
    return this.#items
  }

  /** The next message; undefined when all has been said; {@link QUIET} when nothing came within so many milliseconds. */
  async take(quietMs?: number): Promise<T | undefined | typeof QUIET> {
    let timer: NodeJS.Timeout | undefined
    let isQuiet = false
    try {
      for (;;) {
        const item = this.#items.shift()
        if (item !== undefined) {
          if (this.#items.length < WAITING_MAX) {
            this.#room?.resolve()
            this.#room = undefined
          }
          return item
        }
        if (this.#end === 'ended') return undefined
        if (this.#end !== undefined) throw this.#end.error
        if (isQuiet) return QUIET
        const { promise, resolve } = Promise.withResolvers<void>()
        this.#wake = resolve
        if (quietMs !== undefined && timer === undefined) {
          timer = setTimeout(() => {
            isQuiet = true
            this.#wake?.()
          }, quietMs)
        }
        await promise
        this.#wake = undefined
      }
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Messages that wait for a slow client before its call is not read any more. */
const WAITING_MAX = 64
