import type { Clock } from '@mcp-orchestra/kernel'
import type { MergedList } from './list-page.ts'

/** Lists of more than a page that are kept for their next pages; each is some megabytes. */
const LISTS_MAX = 32
/** How long one is kept, in milliseconds: a client asks for the next page at once. */
const KEPT_MS = 30_000

/**
 * Long lists by their digest: the next page needs no server to be asked again. Only a saving: a list that is not
 * here is gathered, and the cursor holds when it has not changed.
 */
export class LongLists {
  readonly #clock: Clock
  readonly #lists = new Map<string, { readonly list: MergedList; readonly untilMs: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  keep(key: string, list: MergedList): void {
    if (list.digest === undefined) return
    this.#lists.delete(key)
    const [oldest] = this.#lists.keys()
    if (this.#lists.size >= LISTS_MAX && oldest !== undefined) this.#lists.delete(oldest)
    this.#lists.set(key, { list, untilMs: this.#clock.monotonicMs() + KEPT_MS })
  }

  get(key: string, digest: string | undefined): MergedList | undefined {
    const kept = this.#lists.get(key)
    if (kept === undefined || kept.untilMs < this.#clock.monotonicMs()) return undefined
    return kept.list.digest === digest ? kept.list : undefined
  }
}
