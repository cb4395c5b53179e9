import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Clock } from '@mcp-orchestra/kernel'
import type { Reader } from '../../endpoint.ts'
import type { ListKind } from '../lists/list-kind.ts'
import type { MergedEntry } from '../lists/merge.ts'

/** Where a shown name or URI leads: the server, and what it calls the entry. */
export type Destination = {
  readonly server: ServerEntity
  readonly name: string
  /** For the app of its server, never for a model (MCP Apps). */
  readonly isAppOnly: boolean
}

/** What one list has taught of one reader's names. */
export type DirectoryPage = {
  readonly shown: ReadonlyMap<string, Destination>
  /** Resources that entries name: user interfaces (MCP Apps) and files of skills may be in no list of resources. */
  readonly linked: ReadonlyMap<string, Destination>
  readonly atMs: number
}

/** Names of all pages; beyond, the least recently taught page goes first, and its reader lists again. */
const NAMES_MAX = 500_000
/** Resources that results have named and no list has; the oldest go first. */
const LINKS_MAX = 100_000

/** The learned maps of all readers, in memory and bounded: another gateway, or this one later, learns them by listing. */
export class DirectoryPages {
  readonly #clock: Clock
  readonly #pages = new Map<string, DirectoryPage>()
  readonly #links = new Map<string, ServerEntity>()
  #names = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get(reader: Reader, kind: ListKind): DirectoryPage | undefined {
    return this.#pages.get(pageKey(reader, kind))
  }

  /** Milliseconds since the page was taught. */
  ageMs(page: DirectoryPage): number {
    return this.#clock.monotonicMs() - page.atMs
  }

  learn(reader: Reader, kind: ListKind, entries: readonly MergedEntry[]): DirectoryPage {
    const key = pageKey(reader, kind)
    const page = {
      shown: new Map(entries.map((entry) => [entry.shown, destinationOf(entry)])),
      linked: new Map(
        entries.flatMap(({ server, links }) =>
          links.map(({ shown, name }) => [shown, { server, name, isAppOnly: false }] as const),
        ),
      ),
      atMs: this.#clock.monotonicMs(),
    }
    this.#drop(key)
    for (const oldest of this.#pages.keys()) {
      if (this.#names + sizeOf(page) <= NAMES_MAX) break
      this.#drop(oldest)
    }
    this.#pages.set(key, page)
    this.#names += sizeOf(page)
    return page
  }

  /** A resource that a result of a server has named, and that leads nowhere else. */
  learnLink(reader: Reader, uri: string, server: ServerEntity): void {
    const key = linkKey(reader, uri)
    this.#links.delete(key)
    const [oldest] = this.#links.keys()
    if (this.#links.size >= LINKS_MAX && oldest !== undefined) this.#links.delete(oldest)
    this.#links.set(key, server)
  }

  link(reader: Reader, uri: string): Destination | undefined {
    const server = this.#links.get(linkKey(reader, uri))
    return server === undefined ? undefined : { server, name: uri, isAppOnly: false }
  }

  #drop(key: string): void {
    const page = this.#pages.get(key)
    if (page === undefined) return
    this.#pages.delete(key)
    this.#names -= sizeOf(page)
  }
}

function destinationOf({ server, name, isAppOnly }: MergedEntry): Destination {
  return { server, name, isAppOnly }
}

/** A page of nothing takes a place as well. */
function sizeOf({ shown, linked }: DirectoryPage): number {
  return 1 + shown.size + linked.size
}

function pageKey(reader: Reader, kind: ListKind): string {
  return `${readerKey(reader)} ${kind.method}`
}

function linkKey(reader: Reader, uri: string): string {
  return `${readerKey(reader)} ${uri}`
}

/** A legacy session has a map of its own, for servers may list differently in each. */
function readerKey({ caller, era, sessionId = '' }: Reader): string {
  return `${caller.keyId} ${era} ${sessionId}`
}
