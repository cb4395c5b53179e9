import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { scanObject } from '../../../protocol/json/scan.ts'
import { splice } from '../../../protocol/json/splice.ts'
import { showUris, type Claim, type ShowUri } from '../addresses/claims.ts'
import { makeUri } from '../addresses/made-uri.ts'
import { exposedNames } from '../addresses/naming.ts'
import { uriEdits, uriIn, urisOfSkill, type UriSpan } from '../addresses/uri-spans.ts'
import type { Membership } from '../membership.ts'
import { renameEntry, type ListEntry } from './list-entry.ts'
import { RESOURCES, SKILLS, TOOLS, type ListKind } from './list-kind.ts'
import { toolTraits } from './tool-traits.ts'

/** One list of one server: what of it the caller may see. */
export type Listed = {
  readonly kind: ListKind
  readonly server: ServerEntity
  readonly entries: readonly ListEntry[]
}

/** An entry of a merged list: what the client sees, and where it leads. */
export type MergedEntry = {
  /** The name or URI that the client uses. */
  readonly shown: string
  readonly server: ServerEntity
  /** What the server calls it. */
  readonly name: string
  /** As it is shown, but for its price. */
  readonly text: string
  /** A tool that only the app of its server may call. */
  readonly isAppOnly: boolean
  /** Resources that it names and that may be in no list: a tool's user interface, a skill's files. */
  readonly links: readonly Link[]
}

/** A resource as it is shown, and as its server calls it. */
export type Link = { readonly shown: string; readonly name: string }

/**
 * The lists that have to be known to show the URIs of this one, beside itself: a URI belongs to the first server
 * that claims it in any list. None where nothing can conflict.
 */
export function relatedKinds(
  kind: ListKind,
  lists: readonly Listed[],
  { members }: Membership,
): ListKind[] {
  if (members.length < 2) return []
  const uris = lists.flatMap(({ entries }) => entries.flatMap((entry) => urisOf(kind, entry)))
  const hasUi = uris.some(({ uri }) => uri.startsWith('ui:'))
  if (kind === TOOLS) return hasUi ? [RESOURCES] : []
  if (kind === RESOURCES) return hasUi ? [TOOLS, SKILLS] : [SKILLS]
  return kind === SKILLS && uris.length > 0 ? [RESOURCES] : []
}

/** Merges lists of one kind, ordered by alias; `related` only claim URIs. Pure. */
export function mergeLists(
  kind: ListKind,
  lists: readonly Listed[],
  related: readonly Listed[],
): MergedEntry[] {
  if (kind.key === 'name') return mergeNamed(kind, lists, related)
  const show = showUris([...lists, ...related].map(claimOf))
  const merged = new Map<string, MergedEntry>()
  for (const { server, entries } of lists) {
    for (const entry of entries) {
      const one = addressed(kind, server, entry, show)
      // Only what cannot be told apart stands there already: a page of the web that two servers list.
      if (!merged.has(one.shown)) merged.set(one.shown, one)
    }
  }
  return [...merged.values()]
}

function mergeNamed(
  kind: ListKind,
  lists: readonly Listed[],
  related: readonly Listed[],
): MergedEntry[] {
  const show = kind === TOOLS ? showUris([...lists, ...related].map(claimOf)) : undefined
  const shownNames = exposedNames(
    lists.map(({ server, entries }) => ({
      alias: server.alias,
      names: entries.map(({ key }) => key),
    })),
  )
  return lists.flatMap(({ server, entries }, at) =>
    entries.map((entry, index) => {
      const { key } = entry
      const shown = shownNames[at]?.[index] ?? key
      const { text, links, isAppOnly } =
        show === undefined ? plain(entry) : asTool(server, entry, show)
      return {
        shown,
        server,
        name: key,
        text: shown === key ? text : renameEntry(text, kind, shown),
        isAppOnly,
        links,
      }
    }),
  )
}

type Shape = Pick<MergedEntry, 'text' | 'isAppOnly' | 'links'>

function plain({ text }: ListEntry): Shape {
  return { text, isAppOnly: false, links: [] }
}

/** A tool whose user interface another server has as well points to its own. */
function asTool(server: ServerEntity, { text }: ListEntry, show: ShowUri): Shape {
  const { isAppOnly, uiUris } = toolTraits(text)
  const shownUri = (uri: string): string => show(server, uri)
  return {
    text: splice(text, uriEdits(uiUris, shownUri)),
    isAppOnly,
    links: uiUris.map(({ uri }) => ({ shown: shownUri(uri), name: uri })),
  }
}

function addressed(
  kind: ListKind,
  server: ServerEntity,
  entry: ListEntry,
  show: ShowUri,
): MergedEntry {
  const uris = urisOf(kind, entry)
  // A skill and its files stay one directory: if one of them has to be told apart, all are.
  const isForeign = uris.some(({ uri }) => show(server, uri) !== uri)
  const shownUri = (uri: string): string =>
    isForeign && kind === SKILLS ? makeUri(server.alias, uri) : show(server, uri)
  const text = splice(entry.text, uriEdits(uris, shownUri))
  const links = uris.flatMap(({ uri }) =>
    uri === entry.key ? [] : [{ shown: shownUri(uri), name: uri }],
  )
  return { shown: shownUri(entry.key), server, name: entry.key, text, isAppOnly: false, links }
}

function claimOf({ kind, server, entries }: Listed): Claim {
  const uris = entries.flatMap((entry) => urisOf(kind, entry).map(({ uri }) => uri))
  return { server, uris }
}

/** The URIs that an entry claims, and where they stand in it. */
function urisOf(kind: ListKind, { text }: ListEntry): readonly UriSpan[] {
  if (kind === TOOLS) return toolTraits(text).uiUris
  if (kind === SKILLS) return urisOfSkill(text)
  return uriIn(text, scanObject(text), kind.key)
}
