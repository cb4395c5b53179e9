import { present, wordOf } from '../../queries/search-word.ts'

/** What the address of the accounts holds: the server in question, and how an authorization ended. */
export type ConnectionsSearch = {
  readonly server?: string
  /** `connected`, or the code of the problem. */
  readonly outcome?: string
}

/** Reads the address of the accounts; never throws, drops what it does not know. */
export function validateSearch(search: Record<string, unknown>): ConnectionsSearch {
  return present({ server: wordOf(search['server']), outcome: wordOf(search['outcome']) })
}
