import { parseId, unreachable, type Id, type Transaction } from '@mcp-orchestra/kernel'
import type { Directory } from '../ports.ts'
import { refuse } from '../problems.ts'
import type { CapScope, SpenderScope } from './cap.ts'

/** Whom a request names: for `organization` the id may be left out, it is the caller's own. */
export type ScopeWish = {
  readonly kind: SpenderScope['kind'] | 'session'
  /** Of `session`: whose sessions; absent, all of the organization. */
  readonly id?: string | undefined
}

/** Who asks, and whom to ask whose something is. */
export type ScopeDeps = { readonly directory: Directory }

/** The scope that a cap is wanted for; what is not the organization's own is refused as unknown. */
export async function capScopeOf(
  deps: ScopeDeps,
  tx: Transaction,
  organizationId: Id<'org'>,
  { kind, id }: ScopeWish,
): Promise<CapScope> {
  if (kind !== 'session') return spenderScopeOf(deps, tx, organizationId, { kind, id })
  const of = await spenderScopeOf(deps, tx, organizationId, { kind: spenderKindOf(id), id })
  return { kind: 'session', of: of.kind, id: of.id }
}

/** A spender of the organization; anything else is refused as unknown. */
export async function spenderScopeOf(
  { directory }: ScopeDeps,
  tx: Transaction,
  organizationId: Id<'org'>,
  { kind, id = '' }: { readonly kind: SpenderScope['kind']; readonly id?: string | undefined },
): Promise<SpenderScope> {
  switch (kind) {
    case 'organization':
      if (id === '' || id === organizationId) return { kind, id: organizationId }
      throw refuse('payments.cap_scope_unknown')
    case 'key': {
      const key = parseId('key', id)
      const found = key === undefined ? undefined : await directory.keyOf(tx, key)
      // What binds a key binds its successors: a rotation is no way around a cap.
      if (found?.organizationId === organizationId) return { kind, id: found.rootId }
      throw refuse('payments.cap_scope_unknown')
    }
    case 'project':
    case 'agent': {
      const scope = groupOf(kind, id)
      const owner = scope === undefined ? undefined : await directory.ownerOfGroup(tx, scope.id)
      if (scope !== undefined && owner === organizationId) return scope
      throw refuse('payments.cap_scope_unknown')
    }
    default:
      return unreachable(kind)
  }
}

function groupOf(kind: 'project' | 'agent', text: string) {
  if (kind === 'project') {
    const id = parseId('prj', text)
    return id === undefined ? undefined : { kind, id }
  }
  const id = parseId('agt', text)
  return id === undefined ? undefined : { kind, id }
}

/** What an id is of, by its prefix; no id is the organization. */
function spenderKindOf(id: string | undefined): SpenderScope['kind'] {
  if (id?.startsWith('key_') === true) return 'key'
  if (id?.startsWith('prj_') === true) return 'project'
  return id?.startsWith('agt_') === true ? 'agent' : 'organization'
}
