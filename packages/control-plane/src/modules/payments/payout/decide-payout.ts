import type { Principal } from '@mcp-orchestra/api/permission'
import type { Id, Transaction } from '@mcp-orchestra/kernel'
import { actorOf } from '../actor.ts'
import { transferIdOf } from '../journal/derived-id.ts'
import { refuse } from '../problems.ts'
import type { PayoutsDeps } from './deps.ts'
import { mayFollow, type Payout, type PayoutState } from './payout.ts'

/** What a decision of a person needs. */
export type DecidePayoutDeps = Pick<
  PayoutsDeps,
  'transactions' | 'ledger' | 'publishers' | 'payouts' | 'audit' | 'clock'
>

/** A second member approves a payout: never who requested it, and never a key without a member. Audited. */
export async function approvePayout(
  deps: DecidePayoutDeps,
  principal: Principal,
  id: Id<'pay'>,
): Promise<Payout> {
  return deps.transactions.run(async (tx) => {
    const payout = await lockPayout(deps, tx, id)
    requireStep(payout, 'approved')
    const { memberId } = principal
    if (memberId === null || memberId === payout.requestedMember) {
      throw refuse('payments.payout_needs_second_person')
    }
    const approvedBy = actorOf(principal)
    const step = { state: 'approved', approvedBy, approvedMember: memberId } as const
    await deps.payouts.step(tx, id, step, deps.clock.now())
    await record(deps, tx, principal, payout, 'payout.approved')
    return reread(deps, tx, id)
  })
}

/** Gives up a payout that was not sent yet: what it held is payable again. Audited. */
export async function cancelPayout(
  deps: DecidePayoutDeps,
  principal: Principal,
  id: Id<'pay'>,
): Promise<Payout> {
  return deps.transactions.run(async (tx) => {
    const payout = await lockPayout(deps, tx, id)
    requireStep(payout, 'cancelled')
    await deps.payouts.step(tx, id, { state: 'cancelled' }, deps.clock.now())
    await record(deps, tx, principal, payout, 'payout.cancelled')
    await voidPayout(deps, tx, id)
    return reread(deps, tx, id)
  })
}

/** Frees what a payout holds. */
export async function voidPayout(
  { ledger }: Pick<PayoutsDeps, 'ledger'>,
  tx: Transaction,
  id: Id<'pay'>,
): Promise<void> {
  await ledger.voidHold(tx, {
    id: transferIdOf('payout', 'void', id),
    holdId: transferIdOf('payout', 'hold', id),
    reference: id,
  })
}

/** A payout and its publisher, locked in the order of all writers. */
export async function lockPayout(
  { payouts, publishers }: Pick<PayoutsDeps, 'payouts' | 'publishers'>,
  tx: Transaction,
  id: Id<'pay'>,
): Promise<Payout> {
  const found = await payouts.find(tx, id)
  if (found === undefined) throw refuse('payments.payout_not_found')
  await publishers.lockPublisher(tx, found.publisherId)
  const payout = await payouts.lock(tx, id)
  if (payout === undefined) throw refuse('payments.payout_not_found')
  return payout
}

/** Refuses a step that cannot follow. */
export function requireStep(payout: Payout, to: PayoutState): void {
  if (mayFollow(payout.state, to)) return
  throw refuse('payments.payout_state', { detail: `It is ${payout.state}, and cannot be ${to}.` })
}

/** A payout as it is after a step. */
export async function reread(
  { payouts }: Pick<PayoutsDeps, 'payouts'>,
  tx: Transaction,
  id: Id<'pay'>,
): Promise<Payout> {
  const payout = await payouts.find(tx, id)
  if (payout === undefined) throw refuse('payments.payout_not_found')
  return payout
}

async function record(
  { audit }: Pick<PayoutsDeps, 'audit'>,
  tx: Transaction,
  principal: Principal,
  { id, publisherId, amount }: Payout,
  action: 'payout.approved' | 'payout.cancelled',
): Promise<void> {
  await audit.record(tx, {
    organizationId: publisherId,
    actor: actorOf(principal),
    action,
    target: id,
    detail: { amount: amount.amount.toString(), asset: amount.asset },
  })
}
