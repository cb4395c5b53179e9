import type { Id, Instant } from '@mcp-orchestra/kernel'

/** A project or an agent: a name that keys spend under, and that caps, mandates and stops may bind. */
export type KeyGroup = {
  readonly id: Id<'prj'> | Id<'agt'>
  readonly kind: 'project' | 'agent'
  readonly organizationId: Id<'org'>
  readonly name: string
  readonly createdAt: Instant
}

/** Which projects and agents: of one kind or both, newest first. */
export type KeyGroupQuery = {
  readonly kind: KeyGroup['kind'] | undefined
  readonly before: Id<'prj'> | Id<'agt'> | undefined
  readonly limit: number
}

/** What a key spends for: at most one project and one agent. */
export type Membership = {
  readonly projectId: Id<'prj'> | null
  readonly agentId: Id<'agt'> | null
}

/** A key of no project and no agent. */
export const NO_GROUPS: Membership = { projectId: null, agentId: null }

/**
 * Where a key may belong that a key of `creator` makes: wherever the creator belongs, so that no key makes
 * itself another one that its caps do not bind. Undefined when something else is asked for.
 */
export function boundMembership(creator: Membership, asked: Membership): Membership | undefined {
  const projectId = asked.projectId ?? creator.projectId
  const agentId = asked.agentId ?? creator.agentId
  const stays =
    (creator.projectId === null || creator.projectId === projectId) &&
    (creator.agentId === null || creator.agentId === agentId)
  return stays ? { projectId, agentId } : undefined
}
