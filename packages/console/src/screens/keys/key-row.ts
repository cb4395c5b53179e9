import type { ApiKey } from '@mcp-orchestra/sdk'
import { keyState, type KeyState } from './key-state.ts'
import type { KeysSearch } from './search.ts'

/** One line of the keys. */
export type KeyRow = { readonly key: ApiKey; readonly state: KeyState }

/** The lines that a search leaves, of keys as they are at a moment. */
export function keyRows(keys: readonly ApiKey[], search: KeysSearch, nowMs: number): KeyRow[] {
  const words = (search.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  return keys
    .map((key) => ({ key, state: keyState(key, nowMs) }))
    .filter(({ key, state }) => {
      if (search.state !== undefined && state !== search.state) return false
      const text = [key.id, key.name, key.start, ...key.permissions].join('\n').toLowerCase()
      return words.every((word) => text.includes(word))
    })
}
