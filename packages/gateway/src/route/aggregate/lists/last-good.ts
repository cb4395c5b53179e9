import type { ListEntry } from './list-entry.ts'

/** The last list that a server gave to a key: shown again while the server fails (architecture §6). */
export interface LastGoodLists {
  keep(key: string, entries: readonly ListEntry[]): void
  get(key: string): readonly ListEntry[] | undefined
}

/** Lists of 1,000 (key, server, kind) triples; the least recently kept goes first. */
const LISTS_MAX = 1_000

/** In memory, bounded. Kept per key, because a server may answer each caller differently. */
export function createLastGoodLists(listsMax: number = LISTS_MAX): LastGoodLists {
  const lists = new Map<string, readonly ListEntry[]>()
  return {
    keep(key, entries) {
      lists.delete(key)
      const oldest = lists.size >= listsMax ? lists.keys().next() : undefined
      if (oldest?.done === false) lists.delete(oldest.value)
      lists.set(key, entries)
    },
    get: (key) => lists.get(key),
  }
}
