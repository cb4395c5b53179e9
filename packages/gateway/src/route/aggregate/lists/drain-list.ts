import type { CancelSignal } from '../../../cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Ask } from '../../../upstream/ask.ts'
import { refuse } from '../../problems.ts'
import { readPage, type ListEntry } from './list-entry.ts'
import type { ListKind } from './list-kind.ts'

/** Pages of one list at one server: a server that needs more is looping or not meant for a model. */
export const LIST_PAGES_MAX = 100
/** Entries of one list at one server; 10,000 tools are about 10 MB. */
export const LIST_ENTRIES_MAX = 10_000
/** Pages in a row that bring nothing new: a server that ignores cursors would give the same one for ever. */
const STALE_PAGES_MAX = 2

/**
 * Every entry of a list, each name once: follows cursors until the last page. Stops at a cursor that it has seen
 * before and at pages without anything new, because such a server would be asked for ever. Rejects with a
 * Problem when the server fails.
 */
export async function drainList(
  ask: Ask,
  server: ServerEntity,
  kind: ListKind,
  signal: CancelSignal,
): Promise<readonly ListEntry[]> {
  const entries = new Map<string, ListEntry>()
  const seen = new Set<string>()
  let cursor: string | undefined
  let stalePages = 0
  for (let page = 0; page < LIST_PAGES_MAX && entries.size < LIST_ENTRIES_MAX; page += 1) {
    const paramsText = cursor === undefined ? undefined : JSON.stringify({ cursor })
    const answer = await ask(server, kind.method, {
      ...(paramsText === undefined ? {} : { paramsText }),
      signal,
    })
    if (answer.kind === 'error') {
      throw refuse('route.list_failed', {
        detail: `${server.alias} refused ${kind.method}.`,
        members: { upstream: server.alias },
        cause: new Error(answer.text.slice(0, 300)),
      })
    }
    const read = readPage(answer.text, kind)
    const before = entries.size
    // A name that comes again is the same entry again, or cannot be told apart: the first one holds.
    for (const entry of read.entries) if (!entries.has(entry.key)) entries.set(entry.key, entry)
    stalePages = entries.size === before ? stalePages + 1 : 0
    const { nextCursor } = read
    if (nextCursor === undefined || seen.has(nextCursor) || stalePages >= STALE_PAGES_MAX) break
    seen.add(nextCursor)
    cursor = nextCursor
  }
  return [...entries.values()].slice(0, LIST_ENTRIES_MAX)
}
