import type { List } from '@mcp-orchestra/sdk'

/** Items of one request: the most that the API gives in a page. */
export const PAGE_ITEMS = 200

/** A list that was read to its end, or to a bound; `more` says that it goes on. */
export type WholeList<T> = { readonly items: readonly T[]; readonly more: boolean }

/** Reads a list page by page until its end or until `max` items: a screen never holds more than it can show. */
export async function wholeList<T>(list: List<T>, max: number): Promise<WholeList<T>> {
  const items: T[] = []
  for await (const item of list) {
    if (items.length === max) return { items, more: true }
    items.push(item)
  }
  return { items, more: false }
}
