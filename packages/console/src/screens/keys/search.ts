import { oneOf, present, wordOf } from '../../queries/search-word.ts'

/** States by which keys can be filtered. */
export const KEY_STATES = ['active', 'expiring', 'replaced', 'expired', 'revoked'] as const
/** Columns by which keys can be sorted. */
export const KEY_SORTS = ['name', 'created', 'used', 'expires'] as const

/** What the address of the keys holds. */
export type KeysSearch = {
  readonly q?: string
  readonly state?: (typeof KEY_STATES)[number]
  readonly sort?: (typeof KEY_SORTS)[number]
  readonly order?: 'desc'
  readonly dialog?: 'create'
}

/** Reads the address of the keys; never throws, drops what it does not know. */
export function validateSearch(search: Record<string, unknown>): KeysSearch {
  return present({
    q: wordOf(search['q']),
    state: oneOf(search['state'], KEY_STATES),
    sort: oneOf(search['sort'], KEY_SORTS),
    order: oneOf(search['order'], ['desc'] as const),
    dialog: oneOf(search['dialog'], ['create'] as const),
  })
}
