import type { Principal } from '@mcp-orchestra/api/permission'
import { parseId, type Money, type Transaction } from '@mcp-orchestra/kernel'
import type { PaymentsDeps } from '../deps.ts'
import { groupByIncarnation, type Recall } from '../lease/choose-recalls.ts'
import { refuse } from '../problems.ts'
import type { Cap, CapScope } from './cap.ts'
import { windowAt, type CapPeriod } from './window.ts'

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

/** A cap that an organization wants on itself or on one of its keys. */
export type CapWish = {
  /** For `organization` the id may be left out: it is the caller's own. */
  readonly scope: { readonly kind: 'organization' | 'key'; readonly id?: string }
  readonly period: CapPeriod
  readonly amount: Money
}

/** A change of a cap, what leases hold of its window, and the snapshot version that holds the change. */
export type ChangedCap = {
  readonly cap: Cap
  readonly taken: bigint
  readonly snapshotVersion: number
}

/** Caps of one organization: fewer than the 32 that a scope path may name (`LeaseRequest.capIds`). */
export const CAPS_MAX = 32
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
    const inForce = await deps.caps.lockInForce(tx, principal.organizationId)
    if (inForce.length >= CAPS_MAX) throw refuse('payments.cap_limit_reached')
    const cap: Cap = {
      id: deps.ids.make('cap'),
      organizationId: principal.organizationId,
      scope: await scopeOf(deps, tx, principal, wish),
      period: wish.period,
      asset: wish.amount.asset,
      amount: wish.amount.amount,
      createdAt: now,
    }
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
    const before = await deps.caps.find(tx, id)
    if (before?.organizationId !== principal.organizationId) throw refuse('payments.cap_not_found')
    await deps.caps.change(tx, id, amount, now)
    const current = windowAt(before.period, now)
    const window = { capId: id, startsAt: current.startsAt }
    const holding =
      amount < before.amount
        ? await deps.leases.recallable(tx, {
            shortOf: { kind: 'window', window },
            // Lowering is rare: whoever holds a part is asked, however often it was before.
            asksMax: 2_147_483_647,
            forgetBefore: now,
            limit: RECALL_LEASES_MAX,
          })
        : []
    const cap = { ...before, amount }
    const taken = await deps.caps.lockWindow(tx, cap, current)
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
    const cap = await deps.caps.find(tx, id)
    if (cap?.organizationId !== principal.organizationId) throw refuse('payments.cap_not_found')
    await deps.caps.remove(tx, id, deps.clock.now())
    const snapshotVersion = await tell(deps, tx, principal, 'cap.removed', cap)
    return { cap, taken: 0n, snapshotVersion }
  })
}

async function scopeOf(
  deps: ManageCapsDeps,
  tx: Transaction,
  { organizationId }: Principal,
  { scope }: CapWish,
): Promise<CapScope> {
  if (scope.kind === 'organization') {
    if (scope.id === undefined || scope.id === organizationId) {
      return { kind: 'organization', id: organizationId }
    }
    throw refuse('payments.cap_scope_unknown')
  }
  const keyId = parseId('key', scope.id ?? '')
  const owner = keyId === undefined ? undefined : await deps.directory.organizationOf(tx, keyId)
  if (keyId === undefined || owner !== organizationId) throw refuse('payments.cap_scope_unknown')
  return { kind: 'key', id: keyId }
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
      scope: cap.scope.id,
      window: cap.period,
      amount: cap.amount.toString(),
      asset: cap.asset,
    },
  })
  const body =
    action === 'cap.removed'
      ? null
      : { id: cap.id, scope: cap.scope, window: cap.period, amount: cap.amount.toString() }
  return deps.snapshot.put(tx, 'cap', cap.id, body)
}

function recallAll(deps: ManageCapsDeps, recalls: readonly Recall[]): void {
  for (const { incarnationId, leaseIds } of recalls) deps.gateways.recall(incarnationId, leaseIds)
}
