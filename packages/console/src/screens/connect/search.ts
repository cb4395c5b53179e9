import { oneOf, present, wordOf } from '../../queries/search-word.ts'

/** Clients with a ready configuration, in the order in which they are offered. */
export const CLIENTS = ['claude-code', 'claude-desktop', 'cursor', 'vscode', 'codex'] as const
/** One of {@link CLIENTS}. */
export type ClientName = (typeof CLIENTS)[number]

/** What the address of the connect page holds: the client, and the alias of one server, or how all of them are reached. */
export type ConnectSearch = {
  readonly client?: ClientName
  readonly server?: string
  /** All of them behind three tools that search the others. */
  readonly via?: 'search'
}

/** Reads the address of the connect page; never throws, drops what it does not know. */
export function validateSearch(search: Record<string, unknown>): ConnectSearch {
  const server = wordOf(search['server'])
  return present({
    client: oneOf(search['client'], CLIENTS),
    server,
    via: server === undefined ? oneOf(search['via'], ['search'] as const) : undefined,
  })
}
