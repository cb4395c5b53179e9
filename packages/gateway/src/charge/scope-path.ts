import { hash } from 'node:crypto'
import type { CapEntity } from '@mcp-orchestra/api/snapshot'
import type { CallerIdentity } from '../authorize/caller.ts'
import type { ScopePath } from '../snapshot/cap-index.ts'
import type { CallIntent } from './charge.ts'
import type { LeaseScope } from './lease/lease-ask.ts'
import { refuse } from './problems.ts'

/** Everything that a call of this caller belongs to. */
export function pathOf({ key }: CallerIdentity, mandateId?: string): ScopePath {
  const { organizationId, projectId, agentId, id, rootId = id } = key
  return { organizationId, projectId, agentId, keyId: rootId, mandateId }
}

/**
 * What a reservation of `amount` must be taken from: every window of every cap on the path, and one session's
 * where a cap binds each session. Throws `charge.cap_exceeded` when a ceiling per call is lower than the amount.
 */
export function leaseScopeOf(
  intent: CallIntent,
  caps: readonly CapEntity[],
  { amount, asset }: { readonly amount: bigint; readonly asset: string },
): LeaseScope {
  const capIds: string[] = []
  let isPerSession = false
  for (const { id, window, scope, amount: ceiling } of caps) {
    if (window !== 'call') capIds.push(id)
    else if (BigInt(ceiling) < amount) {
      throw refuse('charge.cap_exceeded', {
        members: { capId: id, window, remaining: { amount: ceiling, asset } },
      })
    }
    if (scope.kind === 'session') isPerSession = true
  }
  const scope = { payerId: intent.caller.organizationId, capIds, asset }
  return isPerSession ? { ...scope, session: sessionOf(intent) } : scope
}

/**
 * SHA-256 (hex) of the session that a call names. Calls that name none are one session of their key, so that
 * saying nothing is no way around a cap.
 */
function sessionOf({ session, caller }: CallIntent): string {
  const named = session === undefined ? ['of key', caller.keyId] : ['named', session]
  return hash('sha256', JSON.stringify([caller.organizationId, ...named]))
}
