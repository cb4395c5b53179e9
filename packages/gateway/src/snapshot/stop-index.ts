import type { StopEntity } from '@mcp-orchestra/api/snapshot'
import type { ScopePath } from './cap-index.ts'

/** Stops of spending by what they stop. */
export interface StopIndex {
  put(id: string, stop: StopEntity | undefined): void
  byId(id: string): StopEntity | undefined
  /** A stop of anything on the path, or of what its organization spends at the server. */
  of(path: ScopePath, serverId: string): StopEntity | undefined
}

/** An index without stops: everybody may spend. */
export function createStopIndex(): StopIndex {
  const stops = new Map<string, StopEntity>()
  return {
    put(id, stop) {
      if (stop === undefined) stops.delete(id)
      else stops.set(id, stop)
    },
    byId: (id) => stops.get(id),
    of(path, serverId) {
      // Stops are few and short-lived: looking through them costs less than keeping them in order.
      for (const stop of stops.values()) if (stopsPath(stop, path, serverId)) return stop
      return undefined
    },
  }
}

/** Whether a stop binds a call on this path to this server. */
export function stopsPath(
  { organizationId, scope: { kind, id } }: StopEntity,
  path: ScopePath,
  serverId: string | undefined,
): boolean {
  if (organizationId !== path.organizationId) return false
  switch (kind) {
    case 'organization':
      return true
    case 'project':
      return path.projectId === id
    case 'agent':
      return path.agentId === id
    case 'key':
      return path.keyId === id
    case 'mandate':
      return path.mandateId === id
    case 'server':
      return serverId === id
  }
}
