import type { Principal } from '@mcp-orchestra/api/permission'
import type { CapEntity } from '@mcp-orchestra/api/snapshot'
import { parseId, type Id, type Money, type Transaction } from '@mcp-orchestra/kernel'
import type { PaymentsDeps } from '../deps.ts'
import { groupByIncarnation, type Recall } from '../lease/choose-recalls.ts'
import { refuse } from '../problems.ts'
import { capLimitOf, isWindowed, type Cap } from './cap.ts'
import { capScopeOf, type ScopeWish } from './spender-scope.ts'
import { windowAt } from './window.ts'

/** What managing caps needs. */
export type ManageCapsDeps = Pick<
  PaymentsDeps,
  | 'transactions'
  | 'caps'
  | 'leases'
  | 'directory'
  | 'snapshot'
  | 'audit'
  | 'gateways'
  | 'clock'
  | 'ids'
>

/** A cap that an organization wants on itself, or on something of its own that spends. */
export type CapWish = {
  readonly scope: ScopeWish
  readonly period: Cap['period']
  readonly amount: Money
}

/** A change of a cap, what leases hold of its window, and the snapshot version that holds the change. */
export type ChangedCap = {
  readonly cap: Cap
  readonly taken: bigint
  readonly snapshotVersion: number
}

/** Caps of one organization: each is in the memory of every gateway. */
const CAPS_MAX = 5_000
/** Leases asked back when a cap appears: the largest ones first, in one message a gateway. */
const RECALL_LEASES_MAX = 64

/**
 * Makes a hard cap and tells every gateway. Leases that were granted before it are asked back, so that
 * spending beyond it ends with the next reservation and not with the lease. Audited.
 */
export async function createCap(
  deps: ManageCapsDeps,
  principal: Principal,
  wish: CapWish,
): Promise<ChangedCap> {
  const { changed, recalls } = await deps.transactions.run(async (tx) => {
    const now = deps.clock.now()
    // Grants to this payer wait: each sees either the world without the cap or with it.
    await deps.leases.lockPayer(tx, principal.organizationId)
    const scope = await capScopeOf(deps, tx, principal.organizationId, wish.scope)
    if (scope.kind === 'session' && wish.period !== 'total') {
      throw refuse('payments.cap_window_unfit')
    }
    const cap: Cap = {
      id: deps.ids.make('cap'),
      organizationId: principal.organizationId,
      scope,
      period: wish.period,
      asset: wish.amount.asset,
      amount: wish.amount.amount,
      createdAt: now,
    }
    await requireRoom(deps, tx, cap)
    await deps.caps.add(tx, cap)
    const open = await deps.leases.exposure(tx, {
      payerId: cap.organizationId,
      before: undefined,
      limit: RECALL_LEASES_MAX,
    })
    const snapshotVersion = await tell(deps, tx, principal, 'cap.created', cap)
    return { changed: { cap, taken: 0n, snapshotVersion }, recalls: groupByIncarnation(open) }
  })
  recallAll(deps, recalls)
  return changed
}

/**
 * Changes the amount of a cap. After lowering it below what leases hold of its window nothing more is
 * granted, and those leases are asked for what is free of them. Audited; a stranger's is not found.
 */
export async function changeCap(
  deps: ManageCapsDeps,
  principal: Principal,
  text: string,
  amount: bigint,
): Promise<ChangedCap> {
  const id = parseId('cap', text)
  if (id === undefined) throw refuse('payments.cap_not_found')
  const { changed, recalls } = await deps.transactions.run(async (tx) => {
    const now = deps.clock.now()
    await deps.leases.lockPayer(tx, principal.organizationId)
    const before = await ownCap(deps, tx, principal, id)
    await deps.caps.change(tx, id, amount, now)
    const holding =
      amount < before.amount
        ? await deps.leases.recallable(tx, {
            shortOf: { kind: 'cap', capId: id },
            // Lowering is rare: whoever holds a part is asked, however often it was before.
            asksMax: 2_147_483_647,
            forgetBefore: now,
            limit: RECALL_LEASES_MAX,
          })
        : []
    const cap = { ...before, amount }
    const taken = isWindowed(cap)
      ? await deps.caps.taken(tx, id, windowAt(cap.period, now).startsAt)
      : 0n
    const snapshotVersion = await tell(deps, tx, principal, 'cap.changed', cap)
    return { changed: { cap, taken, snapshotVersion }, recalls: groupByIncarnation(holding) }
  })
  recallAll(deps, recalls)
  return changed
}

/** Removes a cap: new reservations are not bound by it any more. Audited; a stranger's is not found. */
export async function removeCap(
  deps: ManageCapsDeps,
  principal: Principal,
  text: string,
): Promise<ChangedCap> {
  const id = parseId('cap', text)
  if (id === undefined) throw refuse('payments.cap_not_found')
  return deps.transactions.run(async (tx) => {
    await deps.leases.lockPayer(tx, principal.organizationId)
    const cap = await ownCap(deps, tx, principal, id)
    await deps.caps.remove(tx, id, deps.clock.now())
    const snapshotVersion = await tell(deps, tx, principal, 'cap.removed', cap)
    return { cap, taken: 0n, snapshotVersion }
  })
}

/** A cap that its organization may change by itself: those of a mandate are part of it. */
async function ownCap(
  deps: ManageCapsDeps,
  tx: Transaction,
  { organizationId }: Principal,
  id: Id<'cap'>,
): Promise<Cap> {
  const cap = await deps.caps.find(tx, id)
  if (cap?.organizationId !== organizationId) throw refuse('payments.cap_not_found')
  if (cap.scope.kind === 'mandate') throw refuse('payments.cap_of_mandate')
  return cap
}

/** Refuses a cap beyond what an organization, or a scope of it, may have. */
export async function requireRoom(
  deps: Pick<ManageCapsDeps, 'caps'>,
  tx: Transaction,
  { organizationId, scope }: Cap,
): Promise<void> {
  const { all, ofScope } = await deps.caps.count(tx, organizationId, scope)
  if (all >= CAPS_MAX || ofScope >= capLimitOf(scope)) throw refuse('payments.cap_limit_reached')
}

async function tell(
  deps: ManageCapsDeps,
  tx: Transaction,
  principal: Principal,
  action: 'cap.created' | 'cap.removed' | 'cap.changed',
  cap: Cap,
): Promise<number> {
  await deps.audit.record(tx, {
    organizationId: cap.organizationId,
    actor: principal.keyId ?? principal.memberId ?? 'system',
    action,
    target: cap.id,
    detail: {
      scope: cap.scope.kind === 'session' ? `each session of ${cap.scope.id}` : cap.scope.id,
      window: cap.period,
      amount: cap.amount.toString(),
      asset: cap.asset,
    },
  })
  const body = action === 'cap.removed' ? null : capEntityOf(cap)
  return deps.snapshot.put(tx, 'cap', cap.id, body)
}

/** A cap as gateways know it. */
export function capEntityOf({ id, scope, period, amount }: Cap): CapEntity {
  return {
    id,
    scope: { kind: scope.kind, id: scope.id },
    window: period,
    amount: amount.toString(),
  }
}

function recallAll(deps: ManageCapsDeps, recalls: readonly Recall[]): void {
  for (const { incarnationId, leaseIds } of recalls) deps.gateways.recall(incarnationId, leaseIds)
}
