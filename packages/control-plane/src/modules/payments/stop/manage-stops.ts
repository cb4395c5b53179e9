import type { Principal } from '@mcp-orchestra/api/permission'
import { parseId, type Id, type Transaction } from '@mcp-orchestra/kernel'
import { spenderScopeOf } from '../cap/spender-scope.ts'
import type { PaymentsDeps } from '../deps.ts'
import { groupByIncarnation } from '../lease/choose-recalls.ts'
import { refuse } from '../problems.ts'
import { stopEntityOf, type Stop, type StopScope } from './stop.ts'

/** What stopping and resuming need. */
export type ManageStopsDeps = Pick<
  PaymentsDeps,
  | 'transactions'
  | 'stops'
  | 'mandates'
  | 'leases'
  | 'directory'
  | 'servers'
  | 'snapshot'
  | 'audit'
  | 'gateways'
  | 'clock'
  | 'ids'
>

/** What somebody wants stopped, and why. */
export type StopWish = {
  /** Whose spending; an operator may name another organization than their own. */
  readonly organizationId: Id<'org'>
  /** For `organization` the id may be left out. */
  readonly scope: { readonly kind: StopScope['kind']; readonly id?: string | undefined }
  readonly reason: string
}

/** A stop, and the snapshot version that says so. */
export type ChangedStop = { readonly stop: Stop; readonly snapshotVersion: number }

/** Leases asked back when spending stops: the largest first; what is left comes back as leases end. */
const RECALL_LEASES_MAX = 64

/**
 * Stops spending: gateways end what runs and costs in the turn in which they hear of it, and grants to a stopped
 * organization end with this transaction. What stands already stays as it is, so a second press changes nothing
 * but is heard again. Audited.
 */
export async function stopSpending(
  deps: ManageStopsDeps,
  principal: Principal,
  wish: StopWish,
): Promise<ChangedStop> {
  const { changed, recalls } = await deps.transactions.run(async (tx) => {
    const { organizationId, reason } = wish
    // A grant that is being made waits, and then sees the stop.
    await deps.leases.lockPayer(tx, organizationId)
    const scope = await stopScopeOf(deps, tx, organizationId, wish.scope)
    const standing = await deps.stops.inForce(tx, organizationId, scope)
    const stop: Stop = standing ?? {
      id: deps.ids.make('stp'),
      organizationId,
      scope,
      reason,
      byOperator: organizationId !== principal.organizationId,
      stoppedBy: actorOf(principal),
      stoppedAt: deps.clock.now(),
      resumedAt: null,
    }
    if (standing === undefined) await deps.stops.add(tx, stop)
    await tell(deps, tx, principal, 'spending.stopped', stop)
    const snapshotVersion = await deps.snapshot.put(tx, 'stop', stop.id, stopEntityOf(stop))
    const open = await deps.leases.exposure(tx, {
      payerId: organizationId,
      before: undefined,
      limit: RECALL_LEASES_MAX,
    })
    return { changed: { stop, snapshotVersion }, recalls: groupByIncarnation(open) }
  })
  for (const { incarnationId, leaseIds } of recalls) deps.gateways.recall(incarnationId, leaseIds)
  return changed
}

/** Lets spending go on. Audited; a stranger's stop, or one that is over, is not found. */
export async function resumeSpending(
  deps: ManageStopsDeps,
  principal: Principal,
  { stopId, isOperator }: { readonly stopId: string; readonly isOperator: boolean },
): Promise<ChangedStop> {
  const id = parseId('stp', stopId)
  if (id === undefined) throw refuse('payments.stop_not_found')
  return deps.transactions.run(async (tx) => {
    const found = await deps.stops.lock(tx, id)
    const isVisible = isOperator || found?.organizationId === principal.organizationId
    if (found === undefined || !isVisible) throw refuse('payments.stop_not_found')
    if (found.byOperator && !isOperator) throw refuse('payments.stop_by_operator')
    const stop = { ...found, resumedAt: deps.clock.now() }
    await deps.stops.resume(tx, id, stop.resumedAt)
    await tell(deps, tx, principal, 'spending.resumed', stop)
    return { stop, snapshotVersion: await deps.snapshot.put(tx, 'stop', id, null) }
  })
}

async function stopScopeOf(
  deps: ManageStopsDeps,
  tx: Transaction,
  organizationId: Id<'org'>,
  { kind, id = '' }: StopWish['scope'],
): Promise<StopScope> {
  if (kind === 'server') {
    const server = parseId('srv', id)
    const found = server === undefined ? undefined : await deps.servers.listingOf(tx, server)
    if (server === undefined || found === undefined) throw refuse('payments.cap_scope_unknown')
    return { kind, id: server }
  }
  if (kind === 'mandate') {
    const mandate = parseId('mdt', id)
    const found = mandate === undefined ? undefined : await deps.mandates.find(tx, mandate)
    if (found?.organizationId !== organizationId) throw refuse('payments.cap_scope_unknown')
    return { kind, id: found.id }
  }
  return spenderScopeOf(deps, tx, organizationId, { kind, id })
}

function tell(
  deps: ManageStopsDeps,
  tx: Transaction,
  principal: Principal,
  action: 'spending.stopped' | 'spending.resumed',
  { id, organizationId, scope, reason }: Stop,
): Promise<void> {
  return deps.audit.record(tx, {
    organizationId,
    actor: actorOf(principal),
    action,
    target: scope.id,
    detail: { stop: id, scope: scope.kind, reason },
  })
}

function actorOf({ keyId, memberId }: Principal): string {
  return keyId ?? memberId ?? 'system'
}
