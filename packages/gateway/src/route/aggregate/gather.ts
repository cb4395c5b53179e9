import { Cancel } from '../../cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem } from '@mcp-orchestra/kernel'
import type { Authorizer } from '../../authorize/authorizer.ts'
import { observeTool } from '../../health/observed-tool.ts'
import type { EndpointRequest } from '../endpoint.ts'
import type { ToolCatalog } from '../tool-catalog.ts'
import { drainList } from './drain-list.ts'
import type { LastGoodLists } from './last-good.ts'
import type { ListEntry } from './list-entry.ts'
import { TOOLS, type ListKind } from './list-kind.ts'
import type { Memberships } from './membership.ts'
import { exposedNames } from './naming.ts'

/** An entry of the merged list: what the client sees, and where it leads. */
export type MergedEntry = {
  /** The name that the client uses. */
  readonly shown: string
  readonly server: ServerEntity
  readonly entry: ListEntry
}

/** Collects one list from every member. */
export type Gather = (request: EndpointRequest, kind: ListKind) => Promise<readonly MergedEntry[]>

/** What gathering needs. */
export type GatherPorts = {
  readonly memberships: Memberships
  readonly authorizer: Authorizer
  readonly lastGood: LastGoodLists
  readonly catalog: ToolCatalog
}

/** One server's list may take this long; then its last good one is shown. */
const LIST_DEADLINE_MS = 10_000

/**
 * Drains, filters by grants, and names: ordered by alias, then as each server orders its own, so that the
 * same authorization and configuration give the same bytes.
 */
export function createGather({ memberships, authorizer, lastGood, catalog }: GatherPorts): Gather {
  const listOf = async (
    request: EndpointRequest,
    server: ServerEntity,
    kind: ListKind,
  ): Promise<readonly ListEntry[]> => {
    const key = keyOf(request, server, kind)
    const over = new Cancel()
    const release = over.follow(request.signal, AbortSignal.timeout(LIST_DEADLINE_MS))
    try {
      const entries = await drainList(request.ask, server, kind, over.signal)
      lastGood.keep(key, entries)
      if (kind === TOOLS)
        catalog.observe(
          server,
          entries.flatMap(({ text }) => observeTool(text) ?? []),
          true,
        )
      return entries
    } catch (failure) {
      if (failure instanceof Problem) return lastGood.get(key) ?? []
      throw failure
    } finally {
      release()
    }
  }

  const isGranted = (
    request: EndpointRequest,
    server: ServerEntity,
    kind: ListKind,
    key: string,
  ): boolean =>
    kind === TOOLS
      ? authorizer.mayCall(request.caller, server, key) === undefined
      : authorizer.mayUseWhole(request.caller, server) === undefined

  return async (request, kind) => {
    const { members, absentees } = await memberships.of(request)
    const offering = members.filter(
      ({ greeting }) => greeting.capabilities[kind.capability] !== undefined,
    )
    const fresh = await Promise.all(
      offering.map(async ({ server }) => ({
        server,
        entries: await listOf(request, server, kind),
      })),
    )
    const kept = absentees
      .filter(({ server }) => server.enabled)
      .map(({ server }) => ({ server, entries: lastGood.get(keyOf(request, server, kind)) ?? [] }))
    const granted = [...fresh, ...kept]
      .map(({ server, entries }) => ({
        server,
        entries: entries.filter(({ key }) => isGranted(request, server, kind, key)),
      }))
      .toSorted((a, b) => (a.server.alias < b.server.alias ? -1 : 1))
    return kind.key === 'name' ? named(granted) : firstOwners(granted)
  }
}

type Listed = { readonly server: ServerEntity; readonly entries: readonly ListEntry[] }

function named(lists: readonly Listed[]): MergedEntry[] {
  const shown = exposedNames(
    lists.map(({ server, entries }) => ({
      alias: server.alias,
      names: entries.map(({ key }) => key),
    })),
  )
  return lists.flatMap(({ server, entries }, at) =>
    entries.map((entry, index) => ({ shown: shown[at]?.[index] ?? entry.key, server, entry })),
  )
}

/** URIs stay verbatim, because they stand inside results too: of two owners the first by alias has it. */
function firstOwners(lists: readonly Listed[]): MergedEntry[] {
  const merged = new Map<string, MergedEntry>()
  for (const { server, entries } of lists) {
    for (const entry of entries)
      if (!merged.has(entry.key)) merged.set(entry.key, { shown: entry.key, server, entry })
  }
  return [...merged.values()]
}

function keyOf(request: EndpointRequest, server: ServerEntity, kind: ListKind): string {
  return `${request.caller.keyId} ${request.era} ${kind.method} ${server.id}`
}
