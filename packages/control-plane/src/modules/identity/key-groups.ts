import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { Principal } from '@mcp-orchestra/api/permission'
import { parseId, type Clock, type Id, type Ids, type Transactions } from '@mcp-orchestra/kernel'
import { actorOf } from './actor.ts'
import type { KeyGroup, KeyGroupQuery } from './key-group.ts'
import type { KeyGroupStore } from './ports.ts'
import { refuse } from './problems.ts'

/** Projects and agents of one organization, together: each may have caps in the memory of every gateway. */
const GROUPS_MAX = 1_000

/** The use cases of projects and agents. */
export interface KeyGroups {
  list(principal: Principal, query: KeyGroupQuery): Promise<KeyGroup[]>
  create(principal: Principal, wish: Pick<KeyGroup, 'kind' | 'name'>): Promise<KeyGroup>
  /** Refuses while keys that work belong to it; a stranger's is not found. */
  remove(principal: Principal, id: string): Promise<KeyGroup>
}

/** The projects and agents of all organizations. */
export function createKeyGroups(deps: {
  readonly transactions: Transactions
  readonly store: KeyGroupStore
  readonly audit: AuditLog
  readonly clock: Clock
  readonly ids: Ids
}): KeyGroups {
  const { transactions, store, audit, clock, ids } = deps
  return {
    list: ({ organizationId }, query) =>
      transactions.run((tx) => store.list(tx, organizationId, query)),
    create: (principal, { kind, name }) =>
      transactions.run(async (tx) => {
        const { organizationId } = principal
        if ((await store.count(tx, organizationId)) >= GROUPS_MAX) {
          throw refuse('identity.group_limit')
        }
        const id = kind === 'project' ? ids.make('prj') : ids.make('agt')
        const group: KeyGroup = { id, kind, organizationId, name, createdAt: clock.now() }
        await store.insert(tx, group)
        await audit.record(tx, {
          organizationId,
          actor: actorOf(principal),
          action: 'key_group.created',
          target: id,
          detail: { kind, name },
        })
        return group
      }),
    remove: (principal, text) =>
      transactions.run(async (tx) => {
        const id = groupIdOf(text)
        const group = id === undefined ? undefined : await store.lock(tx, id)
        if (group?.organizationId !== principal.organizationId) {
          throw refuse('identity.group_not_found')
        }
        if (await store.hasActiveKeys(tx, group, clock.now())) throw refuse('identity.group_in_use')
        await store.remove(tx, group.id, clock.now())
        await audit.record(tx, {
          organizationId: group.organizationId,
          actor: actorOf(principal),
          action: 'key_group.removed',
          target: group.id,
        })
        return group
      }),
  }
}

/** The id of a project or an agent; what is neither names none. */
export function groupIdOf(text: string): Id<'prj'> | Id<'agt'> | undefined {
  return parseId('prj', text) ?? parseId('agt', text)
}
