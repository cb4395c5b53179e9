import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Clock } from '@mcp-orchestra/kernel'
import type { EndpointRequest, Reader } from '../../endpoint.ts'
import type { Gather } from '../lists/gather.ts'
import {
  RESOURCES,
  SKILLS,
  TEMPLATES,
  TOOLS,
  type ListKind,
  type NamedKind,
} from '../lists/list-kind.ts'
import type { MergedEntry } from '../lists/merge.ts'
import { foreignUri, ownUri } from './claims.ts'
import { DirectoryPages, type Destination, type DirectoryPage } from './directory-pages.ts'
import { readMadeUri } from './made-uri.ts'
import { qualifiedName } from './naming.ts'
import { matchesTemplate } from './uri-template.ts'

export type { Destination } from './directory-pages.ts'

/** The learned map from shown names and URIs to servers, per client. */
export interface Directory {
  /** Told of each merged list that a client was shown. */
  learn(reader: Reader, kind: ListKind, entries: readonly MergedEntry[]): void
  /** Looks up, and lists again when the name is not known yet; undefined when nobody has it. */
  find(request: EndpointRequest, kind: NamedKind, shown: string): Promise<Destination | undefined>
  /** Shown names of the entries that servers call so: more than one when only the qualified names are clear. */
  namesakes(reader: Reader, kind: NamedKind, name: string): readonly string[]
  /** Where a resource's URI leads, and what its server calls it. */
  findResource(request: EndpointRequest, uri: string): Promise<Destination | undefined>
  /** Learns by listing whatever is needed to tell where URIs lead. */
  prepare(request: EndpointRequest, uris: readonly string[]): Promise<void>
  /** A URI in a server's words, as it leads back to that server by what is known; a new one is learned. */
  shownUri(reader: Reader, server: ServerEntity, uri: string): string
}

/** A name that is not found makes us list again, but not more often than this. */
const RELIST_MS = 1_000

/** A directory that lists through `gather` when it must; `visibleTo` are the servers that a reader may use. */
export function createDirectory(
  gather: Gather,
  clock: Clock,
  visibleTo: (reader: Reader) => readonly ServerEntity[],
): Directory {
  const pages = new DirectoryPages(clock)

  /** The page as it is known, or taught now; `isAgain` teaches it anew unless that was done a moment ago. */
  const pageOf = async (
    request: EndpointRequest,
    kind: ListKind,
    isAgain = false,
  ): Promise<DirectoryPage> => {
    const known = pages.get(request, kind)
    if (known !== undefined && (!isAgain || pages.ageMs(known) < RELIST_MS)) return known
    return pages.learn(request, kind, await gather(request, kind))
  }

  const listAll = async (
    request: EndpointRequest,
    uris: readonly string[],
    isAgain: boolean,
  ): Promise<void> => {
    const hasUi = uris.some((uri) => uri.startsWith('ui:'))
    const kinds = [RESOURCES, TEMPLATES, SKILLS, ...(hasUi ? [TOOLS] : [])]
    await Promise.all(kinds.map((kind) => pageOf(request, kind, isAgain)))
  }

  /** Exact first, in lists and then in results; a template matches what no list has. */
  const lookUp = (reader: Reader, uri: string): Destination | undefined => {
    const skills = pages.get(reader, SKILLS)
    const exact =
      pages.get(reader, RESOURCES)?.shown.get(uri) ??
      skills?.shown.get(uri) ??
      skills?.linked.get(uri) ??
      pages.get(reader, TOOLS)?.linked.get(uri) ??
      pages.link(reader, uri)
    if (exact !== undefined) return exact
    for (const [template, { server }] of pages.get(reader, TEMPLATES)?.shown ?? []) {
      if (template === uri || matchesTemplate(template, uri))
        return { server, name: uri, isAppOnly: false }
    }
    return undefined
  }

  const readMade = (reader: Reader, uri: string): Destination | undefined => {
    const made = readMadeUri(uri)
    const server = visibleTo(reader).find(({ alias }) => alias === made?.alias)
    return made === undefined || server === undefined
      ? undefined
      : { server, name: made.uri, isAppOnly: false }
  }

  return {
    learn: (reader, kind, entries) => void pages.learn(reader, kind, entries),
    async find(request, kind, shown) {
      const known = nameIn(await pageOf(request, kind), shown)
      return known ?? nameIn(await pageOf(request, kind, true), shown)
    },
    namesakes: (reader, kind, name) =>
      [...(pages.get(reader, kind)?.shown ?? [])].flatMap(([shown, destination]) =>
        destination.name === name ? [shown] : [],
      ),
    async findResource(request, uri) {
      if (readMadeUri(uri) !== undefined) return readMade(request, uri)
      for (const isAgain of [false, true]) {
        await listAll(request, [uri], isAgain)
        const found = lookUp(request, uri)
        if (found !== undefined) return found
      }
      return onlyOfScheme(
        [RESOURCES, SKILLS].flatMap((kind) => [...(pages.get(request, kind)?.shown ?? [])]),
        uri,
      )
    },
    prepare: (request, uris) => listAll(request, uris, false),
    shownUri(reader, server, uri) {
      if (readMadeUri(uri) !== undefined) return ownUri(server, uri)
      const leadsTo = lookUp(reader, uri)
      if (leadsTo === undefined) pages.learnLink(reader, uri, server)
      return leadsTo === undefined || leadsTo.server.id === server.id
        ? uri
        : foreignUri(server, uri)
    },
  }
}

/**
 * A shown name; else one that its server calls so and no other, because clients may know it from there; else a
 * qualified one, which was shown while another server had the same.
 */
function nameIn({ shown }: DirectoryPage, name: string): Destination | undefined {
  const exact = shown.get(name)
  if (exact !== undefined) return exact
  const all = [...shown.values()]
  const own = all.filter((destination) => destination.name === name)
  if (own.length > 0) return own.length === 1 ? own[0] : undefined
  return all.find(
    ({ server, name: ownName }) =>
      name.startsWith(server.alias) && qualifiedName(server.alias, ownName) === name,
  )
}

/** A URI that is in no list (a tool's result may link one): the only server whose resources share its scheme. */
function onlyOfScheme(
  listed: readonly (readonly [string, Destination])[],
  uri: string,
): Destination | undefined {
  const scheme = uri.slice(0, uri.indexOf(':') + 1)
  const sharing = scheme === '' ? [] : listed.filter(([shown]) => shown.startsWith(scheme))
  const first = sharing[0]?.[1]
  return first !== undefined && sharing.every(([, { server }]) => server.id === first.server.id)
    ? { server: first.server, name: uri, isAppOnly: false }
    : undefined
}
