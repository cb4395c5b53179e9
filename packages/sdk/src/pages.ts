import type { CallOptions } from './deadline.ts'

/** One page of a list; `nextCursor` is null on the last one. */
export type Page<T> = { readonly items: readonly T[]; readonly nextCursor: string | null }

/** Where a page starts and how many items it has at the most. */
export type PageOptions = CallOptions & { readonly cursor?: string; readonly limit?: number }

/** What of a list's options filters it, as far as it is given: all that is not about pages and requests. */
export function filterOf<T extends object>(options: T & PageOptions): Omit<T, keyof PageOptions> {
  const { cursor: _, limit: _l, signal: _s, timeoutMs: _t, ...filter } = options
  const given = Object.entries(filter).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as typeof filter
}

/**
 * A list: `for await (const item of list)` reads all of it, a page at a time; `list.page()` reads one
 * page, `list.all()` the whole list into memory.
 */
export type List<T> = AsyncIterable<T> & {
  page(): Promise<Page<T>>
  all(): Promise<T[]>
}

/** Makes a list of a route that answers in pages. */
export function listOf<T>(
  options: PageOptions,
  fetchPage: (query: { cursor?: string; limit?: number }) => Promise<Page<T>>,
): List<T> {
  const limit = options.limit === undefined ? {} : { limit: options.limit }
  const pageAt = (cursor: string | undefined): Promise<Page<T>> =>
    fetchPage({ ...limit, ...(cursor === undefined ? {} : { cursor }) })
  async function* items(): AsyncGenerator<T> {
    let cursor = options.cursor
    for (;;) {
      const page = await pageAt(cursor)
      yield* page.items
      if (page.nextCursor === null) return
      cursor = page.nextCursor
    }
  }
  return {
    [Symbol.asyncIterator]: items,
    page: () => pageAt(options.cursor),
    async all() {
      const found: T[] = []
      for await (const item of items()) found.push(item)
      return found
    },
  }
}
