import type { LiveItem } from './live-item.ts'

/** How many items wait for a reader that does something else: a screen full fifty times over. */
export const LIVE_ITEMS_MAX = 1_000

/** Items between the connection and a reader that may be slower; what does not fit is counted, never kept. */
export class LiveBuffer {
  readonly #itemsMax: number
  #items: LiveItem[] = []
  /** What was pushed out in front of the oldest item that is left. */
  #droppedCount = 0
  #isGap = false
  #isEnded = false
  #wake: (() => void) | undefined

  constructor(itemsMax: number = LIVE_ITEMS_MAX) {
    this.#itemsMax = itemsMax
  }

  push(item: LiveItem): void {
    this.#items.push(item)
    if (this.#items.length > this.#itemsMax) this.#drop(this.#items.shift())
    this.#wake?.()
  }

  /** Nothing more comes; what waits is still read. */
  end(): void {
    this.#isEnded = true
    this.#wake?.()
  }

  /** Nothing more is read. */
  close(): void {
    this.#items = []
    this.#droppedCount = 0
    this.#isGap = false
    this.end()
  }

  /** Reads on until the end; one reader at a time. */
  async *read(): AsyncGenerator<LiveItem> {
    for (;;) {
      const item = this.#take()
      if (item !== undefined) yield item
      else if (this.#isEnded) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  #take(): LiveItem | undefined {
    if (this.#isGap) {
      this.#isGap = false
      return { kind: 'gap' }
    }
    if (this.#droppedCount > 0) {
      const count = this.#droppedCount
      this.#droppedCount = 0
      return { kind: 'dropped', count }
    }
    return this.#items.shift()
  }

  #drop(item: LiveItem | undefined): void {
    if (item?.kind === 'usage') this.#droppedCount += 1
    else if (item?.kind === 'dropped') this.#droppedCount += item.count
    else this.#isGap = true
  }
}
