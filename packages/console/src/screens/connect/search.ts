import { oneOf, present, wordOf } from '../../queries/search-word.ts'

/** Clients with a ready configuration, in the order in which they are offered. */
export const CLIENTS = ['claude-code', 'claude-desktop', 'cursor', 'vscode', 'codex'] as const
/** One of {@link CLIENTS}. */
export type ClientName = (typeof CLIENTS)[number]

/** What the address of the connect page holds: the client, and the alias of one server or all of them. */
export type ConnectSearch = { readonly client?: ClientName; readonly server?: string }

/** Reads the address of the connect page; never throws, drops what it does not know. */
export function validateSearch(search: Record<string, unknown>): ConnectSearch {
  return present({ client: oneOf(search['client'], CLIENTS), server: wordOf(search['server']) })
}
