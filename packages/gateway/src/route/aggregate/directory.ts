import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Clock } from '@mcp-orchestra/kernel'
import type { EndpointRequest } from '../endpoint.ts'
import type { Gather, MergedEntry } from './gather.ts'
import type { ListKind, NamedKind } from './list-kind.ts'
import { RESOURCES, TEMPLATES } from './list-kind.ts'
import { matchesTemplate } from './uri-template.ts'

/** Where a name leads: the server, and what it calls the entry. */
export type Destination = { readonly server: ServerEntity; readonly name: string }

/** The learned map from shown names and URIs to servers, per client. */
export interface Directory {
  /** Told of each merged list that a client was shown. */
  learn(request: EndpointRequest, kind: ListKind, entries: readonly MergedEntry[]): void
  /** Looks up, and lists again when the name is not known yet; undefined when nobody has it. */
  find(request: EndpointRequest, kind: NamedKind, shown: string): Promise<Destination | undefined>
  /** The server that a resource's URI leads to. */
  findResource(request: EndpointRequest, uri: string): Promise<ServerEntity | undefined>
}

type Page = { readonly entries: ReadonlyMap<string, MergedEntry>; readonly atMs: number }

/** Clients whose maps are kept; the least recently taught goes first and simply lists again. */
const PAGES_MAX = 4_000
/** A name that is not found makes us list again, but not more often than this. */
const RELIST_MS = 1_000

/** A directory that lists through `gather` when it must. */
export function createDirectory(gather: Gather, clock: Clock): Directory {
  const pages = new Map<string, Page>()
  const keyOf = (request: EndpointRequest, kind: ListKind): string =>
    `${request.caller.keyId} ${request.era} ${request.sessionId ?? ''} ${kind.method}`

  const learn = (
    request: EndpointRequest,
    kind: ListKind,
    entries: readonly MergedEntry[],
  ): Page => {
    const key = keyOf(request, kind)
    const page = {
      entries: new Map(entries.map((entry) => [entry.shown, entry])),
      atMs: clock.monotonicMs(),
    }
    pages.delete(key)
    const oldest = pages.size >= PAGES_MAX ? pages.keys().next() : undefined
    if (oldest?.done === false) pages.delete(oldest.value)
    pages.set(key, page)
    return page
  }

  const search = async <T>(
    request: EndpointRequest,
    kind: ListKind,
    pick: (entries: Page['entries']) => T | undefined,
  ): Promise<T | undefined> => {
    const known = pages.get(keyOf(request, kind))
    const found = known === undefined ? undefined : pick(known.entries)
    if (found !== undefined) return found
    if (known !== undefined && clock.monotonicMs() - known.atMs < RELIST_MS) return undefined
    return pick(learn(request, kind, await gather(request, kind)).entries)
  }

  return {
    learn: (request, kind, entries) => void learn(request, kind, entries),
    async find(request, kind, shown) {
      const found = await search(request, kind, (entries) => entries.get(shown))
      return found === undefined ? undefined : { server: found.server, name: found.entry.key }
    },
    async findResource(request, uri) {
      const known = pages.get(keyOf(request, RESOURCES))?.entries.get(uri)
      if (known !== undefined) return known.server
      // Templates first: URIs made from them are in no list, and asking for the list again would not help.
      const byTemplate = await search(request, TEMPLATES, (entries) =>
        [...entries.values()].find(({ shown }) => shown === uri || matchesTemplate(shown, uri)),
      )
      if (byTemplate !== undefined) return byTemplate.server
      const listed = await search(
        request,
        RESOURCES,
        (entries) => entries.get(uri) ?? onlyOfScheme(entries, uri),
      )
      return listed?.server
    },
  }
}

/** A URI that is in no list (a tool's result may link one): the only server whose resources share its scheme. */
function onlyOfScheme(entries: Page['entries'], uri: string): MergedEntry | undefined {
  const scheme = uri.slice(0, uri.indexOf(':') + 1)
  if (scheme === '') return undefined
  const sharing = [...entries.values()].filter(({ shown }) => shown.startsWith(scheme))
  const first = sharing[0]
  return first !== undefined && sharing.every(({ server }) => server.id === first.server.id)
    ? first
    : undefined
}
