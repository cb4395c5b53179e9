import type { CapEntity } from '@mcp-orchestra/api/snapshot'

/** Everything that a paid call belongs to, and that a cap, a mandate or a stop may bind (spending §1.2). */
export type ScopePath = {
  readonly organizationId: string
  readonly projectId?: string | undefined
  readonly agentId?: string | undefined
  readonly keyId: string
  readonly mandateId?: string | undefined
}

/** Hard caps by whom they bind. */
export interface CapIndex {
  put(id: string, cap: CapEntity | undefined): void
  /** Caps of everything on the path, and of each session of it; ordered by id. */
  of(path: ScopePath): readonly CapEntity[]
}

const NO_CAPS: readonly CapEntity[] = []

/** An index without caps. */
export function createCapIndex(): CapIndex {
  const byId = new Map<string, CapEntity>()
  const byScope = new Map<string, Map<string, CapEntity>>()

  const take = ({ id, scope }: CapEntity): void => {
    const members = byScope.get(scopeKey(scope))
    members?.delete(id)
    if (members?.size === 0) byScope.delete(scopeKey(scope))
  }

  return {
    put(id, cap) {
      const before = byId.get(id)
      if (before !== undefined) take(before)
      byId.delete(id)
      if (cap === undefined) return
      byId.set(id, cap)
      const key = scopeKey(cap.scope)
      const members = byScope.get(key) ?? new Map<string, CapEntity>()
      byScope.set(key, members.set(id, cap))
    },
    of(path) {
      if (byId.size === 0) return NO_CAPS
      const caps: CapEntity[] = []
      for (const key of keysOf(path)) {
        const members = byScope.get(key)
        if (members !== undefined) caps.push(...members.values())
      }
      return caps.length === 0 ? NO_CAPS : caps.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    },
  }
}

function* keysOf(path: ScopePath): Generator<string> {
  const { organizationId, projectId, agentId, keyId, mandateId } = path
  yield `organization:${organizationId}`
  yield `session:${organizationId}`
  yield `key:${keyId}`
  yield `session:${keyId}`
  if (projectId !== undefined) {
    yield `project:${projectId}`
    yield `session:${projectId}`
  }
  if (agentId !== undefined) {
    yield `agent:${agentId}`
    yield `session:${agentId}`
  }
  if (mandateId !== undefined) yield `mandate:${mandateId}`
}

function scopeKey({ kind, id }: CapEntity['scope']): string {
  return `${kind}:${id}`
}
