import type { Principal } from '@mcp-orchestra/api/permission'
import type { Id, Transaction } from '@mcp-orchestra/kernel'
import { actorOf } from '../actor.ts'
import { refuse } from '../problems.ts'
import { faultOf, hintOf, type Destination } from '../rail/destination.ts'
import { payoutRail } from '../rail/create-rails.ts'
import type { PayoutsDeps } from '../payout/deps.ts'
import { sealContextOf, type Payee, type PayoutSchedule } from './payee.ts'

/** What managing payees needs. */
export type ManagePayeesDeps = Pick<
  PayoutsDeps,
  'transactions' | 'payees' | 'publishers' | 'rails' | 'seal' | 'audit' | 'clock'
>

/** Where and how an organization wants to be paid. */
export type PayeeWish = {
  readonly rail: string
  /** Undefined keeps the one that is there. */
  readonly destination: Destination | undefined
  readonly schedule: PayoutSchedule
  /** In atto-USD; undefined: what the rail asks for at least. */
  readonly minimum: bigint | undefined
}

/**
 * Says where an organization is paid. A new destination waits for its approval, and payouts that were
 * requested before go where they were requested to. Audited.
 */
export async function savePayee(
  deps: ManagePayeesDeps,
  principal: Principal,
  wish: PayeeWish,
): Promise<Payee> {
  const { organizationId } = principal
  return deps.transactions.run(async (tx) => {
    await deps.publishers.lockPublisher(tx, organizationId)
    const before = await deps.payees.lock(tx, organizationId)
    const { payouts } = payoutRail(deps.rails, wish.rail)
    const minimum = wish.minimum ?? payouts.minimum
    if (minimum < payouts.minimum) throw refuse('payments.payout_too_small')
    const version = await versionOf(deps, tx, principal, wish, before)
    const savedAt = deps.clock.now()
    await deps.payees.save(tx, {
      organizationId,
      version,
      schedule: wish.schedule,
      scheduledBy: principal.memberId,
      minimum,
      savedAt,
    })
    await deps.audit.record(tx, {
      organizationId,
      actor: actorOf(principal),
      action: 'payee.saved',
      target: organizationId,
      detail: { rail: wish.rail, version, schedule: wish.schedule, minimum: minimum.toString() },
    })
    return findPayee(deps, tx, organizationId)
  })
}

/** The version of the destination: the one that is there, or a new one for a new destination. */
async function versionOf(
  deps: ManagePayeesDeps,
  tx: Transaction,
  principal: Principal,
  wish: PayeeWish,
  before: Payee | undefined,
): Promise<number> {
  const { organizationId } = principal
  if (wish.destination === undefined) {
    if (before?.rail !== wish.rail) {
      throw refuse('payments.destination_refused', { detail: 'a rail needs its destination' })
    }
    return before.version
  }
  const { payouts } = payoutRail(deps.rails, wish.rail)
  const fault = faultOf(wish.destination) ?? payouts.refusalOf(wish.destination)
  if (fault !== undefined) throw refuse('payments.destination_refused', { detail: fault })
  const version = (before?.version ?? 0) + 1
  await deps.payees.addDestination(tx, {
    organizationId,
    version,
    rail: wish.rail,
    sealed: deps.seal.seal(
      JSON.stringify(wish.destination),
      sealContextOf(organizationId, version),
    ),
    hint: hintOf(wish.destination),
    addedBy: actorOf(principal),
    addedAt: deps.clock.now(),
  })
  return version
}

/** The operator's word that a destination was looked at; another version than the last → 409. Audited. */
export async function approvePayee(
  deps: ManagePayeesDeps,
  principal: Principal,
  { organizationId, version }: Pick<Payee, 'organizationId' | 'version'>,
): Promise<Payee> {
  return changePayee(deps, principal, organizationId, async (tx, payee) => {
    if (payee.version !== version) throw refuse('payments.destination_changed')
    if (payee.approvedAt === null) {
      await deps.payees.approve(tx, payee, actorOf(principal), deps.clock.now())
    }
    return { action: 'payee.approved', detail: { version } }
  })
}

/** Stops payouts to a payee until it is lifted by null; one that is under way goes on. Audited. */
export async function holdPayee(
  deps: ManagePayeesDeps,
  principal: Principal,
  {
    organizationId,
    reason,
  }: { readonly organizationId: Id<'org'>; readonly reason: string | null },
): Promise<Payee> {
  return changePayee(deps, principal, organizationId, async (tx) => {
    await deps.payees.setHold(tx, organizationId, reason)
    return reason === null
      ? { action: 'payee.released', detail: {} }
      : { action: 'payee.held', detail: { reason } }
  })
}

async function changePayee(
  deps: ManagePayeesDeps,
  principal: Principal,
  organizationId: Id<'org'>,
  work: (
    tx: Transaction,
    payee: Payee,
  ) => Promise<{ readonly action: string; readonly detail: Record<string, string | number> }>,
): Promise<Payee> {
  return deps.transactions.run(async (tx) => {
    await deps.publishers.lockPublisher(tx, organizationId)
    const payee = await deps.payees.lock(tx, organizationId)
    if (payee === undefined) throw refuse('payments.payee_not_found')
    const { action, detail } = await work(tx, payee)
    await deps.audit.record(tx, {
      organizationId,
      actor: actorOf(principal),
      action,
      target: organizationId,
      detail,
    })
    return findPayee(deps, tx, organizationId)
  })
}

/** A payee that is there; else `payments.payee_not_found`. */
export async function findPayee(
  { payees }: Pick<ManagePayeesDeps, 'payees'>,
  tx: Transaction,
  organizationId: Id<'org'>,
): Promise<Payee> {
  const payee = await payees.find(tx, organizationId)
  if (payee === undefined) throw refuse('payments.payee_not_found')
  return payee
}
