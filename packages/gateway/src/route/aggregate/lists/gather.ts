import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem } from '@mcp-orchestra/kernel'
import type { Authorizer } from '../../../authorize/authorizer.ts'
import { observeTool } from '../../../health/observed-tool.ts'
import { withDeadline } from '../../../upstream/deadline.ts'
import type { EndpointRequest } from '../../endpoint.ts'
import { quarantineReason } from '../../quarantine/quarantine.ts'
import type { ToolCatalog } from '../../tool-catalog.ts'
import type { Membership, Memberships } from '../membership.ts'
import { drainList } from './drain-list.ts'
import type { LastGoodLists } from './last-good.ts'
import type { ListEntry } from './list-entry.ts'
import { TOOLS, type ListKind } from './list-kind.ts'
import { mergeLists, relatedKinds, type Listed, type MergedEntry } from './merge.ts'

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
export const LIST_DEADLINE_MS = 10_000

/**
 * Drains, leaves out what is not granted or quarantined, and merges: ordered by alias, then as each server orders
 * its own, so that the same authorization and configuration give the same bytes.
 */
export function createGather({ memberships, authorizer, lastGood, catalog }: GatherPorts): Gather {
  const drain = async (
    request: EndpointRequest,
    server: ServerEntity,
    kind: ListKind,
  ): Promise<readonly ListEntry[]> => {
    const key = keyOf(request, server, kind)
    try {
      const drained = await withDeadline(LIST_DEADLINE_MS, request.signal, (signal) =>
        drainList(request.ask, server, kind, signal),
      )
      const entries = kind === TOOLS ? drained.map(judged) : drained
      lastGood.keep(key, entries)
      if (kind === TOOLS) {
        const observed = entries.flatMap(
          (entry) => observeTool(entry.text, entry.quarantined) ?? [],
        )
        catalog.observe(server, observed, true)
      }
      return entries
    } catch (failure) {
      if (failure instanceof Problem) return lastGood.get(key) ?? []
      throw failure
    }
  }

  const isShown = (
    request: EndpointRequest,
    server: ServerEntity,
    kind: ListKind,
    { key, quarantined = null }: ListEntry,
  ): boolean =>
    quarantined === null &&
    (kind === TOOLS
      ? authorizer.mayCall(request.caller, server, key) === undefined
      : authorizer.mayUseWhole(request.caller, server) === undefined)

  /** One list of each server, by alias; what is only looked up in may be as old as the last time it was shown. */
  const listsOf = async (
    request: EndpointRequest,
    { members, absentees }: Membership,
    kind: ListKind,
    isRecalled: boolean,
  ): Promise<Listed[]> => {
    const lastOf = (server: ServerEntity): readonly ListEntry[] | undefined =>
      lastGood.get(keyOf(request, server, kind))
    const offering = members.filter(({ greeting }) => kind.isOffered(greeting.capabilities))
    const fresh = offering.map(async ({ server }) => ({
      server,
      entries: (isRecalled ? lastOf(server) : undefined) ?? (await drain(request, server, kind)),
    }))
    const kept = absentees
      .filter(({ server }) => server.enabled)
      .map(({ server }) => ({ server, entries: lastOf(server) ?? [] }))
    return [...(await Promise.all(fresh)), ...kept]
      .map(({ server, entries }) => ({
        kind,
        server,
        entries: entries.filter((entry) => isShown(request, server, kind, entry)),
      }))
      .toSorted((a, b) => (a.server.alias < b.server.alias ? -1 : 1))
  }

  return async (request, kind) => {
    const membership = await memberships.of(request)
    const lists = await listsOf(request, membership, kind, false)
    const related = await Promise.all(
      relatedKinds(kind, lists, membership).map((other) =>
        listsOf(request, membership, other, true),
      ),
    )
    return mergeLists(kind, lists, related.flat())
  }
}

function judged(entry: ListEntry): ListEntry {
  return { ...entry, quarantined: quarantineReason(entry.text) }
}

function keyOf(request: EndpointRequest, server: ServerEntity, kind: ListKind): string {
  return `${request.caller.keyId} ${request.era} ${kind.method} ${server.id}`
}
