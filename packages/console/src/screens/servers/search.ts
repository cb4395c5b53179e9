import { oneOf, present, wordOf } from '../../queries/search-word.ts'

/** States by which servers can be filtered. */
export const SERVER_STATES = ['healthy', 'degraded', 'down', 'unknown', 'off'] as const
/** Whose servers are shown. */
export const SERVER_OWNERS = ['mine', 'others'] as const
/** Columns by which servers can be sorted. */
export const SERVER_SORTS = ['name', 'state', 'tools', 'price', 'latency', 'created'] as const

/** What the address of the list of servers holds. */
export type ServersSearch = {
  readonly q?: string
  readonly state?: (typeof SERVER_STATES)[number]
  readonly owner?: (typeof SERVER_OWNERS)[number]
  readonly sort?: (typeof SERVER_SORTS)[number]
  readonly order?: 'desc'
  readonly dialog?: 'register'
}

/** Reads the address of the list of servers; never throws, drops what it does not know. */
export function validateSearch(search: Record<string, unknown>): ServersSearch {
  return present({
    q: wordOf(search['q']),
    state: oneOf(search['state'], SERVER_STATES),
    owner: oneOf(search['owner'], SERVER_OWNERS),
    sort: oneOf(search['sort'], SERVER_SORTS),
    order: oneOf(search['order'], ['desc'] as const),
    dialog: oneOf(search['dialog'], ['register'] as const),
  })
}

/** Tabs of one server. */
export const SERVER_TABS = ['overview', 'tools', 'prices', 'settings'] as const

/** What the address of one server holds: its tab, the filter of its tools, and the tool that is open. */
export type ServerSearch = {
  readonly tab?: (typeof SERVER_TABS)[number]
  readonly q?: string
  readonly tool?: string
  readonly dialog?: 'price'
}

/** Reads the address of one server; never throws, drops what it does not know. */
export function validateServerSearch(search: Record<string, unknown>): ServerSearch {
  const tool = wordOf(search['tool'])
  return present({
    tab: oneOf(search['tab'], SERVER_TABS),
    q: wordOf(search['q']),
    tool,
    // A dialog about no tool would be empty.
    dialog: tool === undefined ? undefined : oneOf(search['dialog'], ['price'] as const),
  })
}
