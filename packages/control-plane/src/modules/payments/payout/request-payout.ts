import type { Principal } from '@mcp-orchestra/api/permission'
import { money, USD, type Id, type Transaction } from '@mcp-orchestra/kernel'
import { accountNames } from '../../ledger/index.ts'
import { actorOf } from '../actor.ts'
import { transferIdOf } from '../journal/derived-id.ts'
import type { Payee } from '../payee/payee.ts'
import { refuse } from '../problems.ts'
import { payoutRail } from '../rail/create-rails.ts'
import type { PayoutsDeps } from './deps.ts'
import type { Payout } from './payout.ts'

/** What a request needs. */
export type RequestPayoutDeps = Pick<
  PayoutsDeps,
  | 'transactions'
  | 'ledger'
  | 'publishers'
  | 'epochs'
  | 'payees'
  | 'payouts'
  | 'rails'
  | 'gate'
  | 'approvalAbove'
  | 'audit'
  | 'clock'
  | 'ids'
>

/** What a publisher wants to be paid. */
export type PayoutWish = {
  /** In atto-USD; null: all that is payable. */
  readonly amount: bigint | null
  readonly key: string
}

/** In whose name a payout is requested. */
export type Requester = Pick<Principal, 'organizationId' | 'memberId'> & { readonly actor: string }

/** Requests a payout as a person or a key does. */
export async function requestPayout(
  deps: RequestPayoutDeps,
  principal: Principal,
  wish: PayoutWish,
): Promise<Payout> {
  const { organizationId, memberId } = principal
  const requester = { organizationId, memberId, actor: actorOf(principal) }
  return deps.transactions.run((tx) => requestIn(deps, tx, requester, wish))
}

/**
 * Sets a publisher's earnings aside for a payout: `payable` → the rail's clearing account, held. Under a
 * key that was used, answers what was requested then; another wish under it is refused. Above the limit
 * it waits for a second member. Audited.
 */
export async function requestIn(
  deps: RequestPayoutDeps,
  tx: Transaction,
  requester: Requester,
  wish: PayoutWish,
): Promise<Payout> {
  const publisherId = requester.organizationId
  await requireThawed(deps, tx)
  await deps.publishers.lockPublisher(tx, publisherId)
  const before = await deps.payouts.ofRequest(tx, publisherId, wish.key)
  if (before !== undefined) {
    if (before.asked !== wish.amount) throw refuse('payments.idempotency_key_reused')
    return before
  }
  const payee = await payablePayee(deps, tx, publisherId)
  const amount = await amountOf(deps, tx, payee, wish)
  const needsApproval = amount > deps.approvalAbove
  if (needsApproval && requester.memberId === null) throw refuse('payments.payout_needs_member')
  const now = deps.clock.now()
  const payout: Payout = {
    id: deps.ids.make('pay'),
    publisherId,
    requestKey: wish.key,
    rail: payee.rail,
    destinationVersion: payee.version,
    hint: payee.hint,
    amount: money(amount, USD.id),
    asked: wish.amount,
    state: needsApproval ? 'requested' : 'approved',
    requestedBy: requester.actor,
    requestedMember: requester.memberId,
    needsApproval,
    approvedBy: needsApproval ? null : 'rule',
    approvedMember: null,
    reference: null,
    reason: null,
    requestedAt: now,
    approvedAt: needsApproval ? null : now,
    sentAt: null,
    endedAt: null,
  }
  await deps.payouts.add(tx, payout)
  await deps.audit.record(tx, {
    organizationId: publisherId,
    actor: requester.actor,
    action: 'payout.requested',
    target: payout.id,
    detail: { amount: amount.toString(), asset: USD.id, rail: payee.rail, needsApproval },
  })
  const clearing = accountNames.clearing(payee.rail)
  await deps.ledger.openAccount(tx, clearing, USD.id)
  await deps.ledger.hold(tx, {
    id: transferIdOf('payout', 'hold', payout.id),
    debit: accountNames.payable(publisherId),
    credit: clearing,
    amount: payout.amount,
    reference: payout.id,
  })
  return payout
}

/** After a restore nothing is paid out until every gateway has reported (spending §5.18). */
export async function requireThawed(
  { epochs }: Pick<PayoutsDeps, 'epochs'>,
  tx: Transaction,
): Promise<void> {
  const { frozen, reason } = await epochs.hold(tx)
  if (frozen) throw refuse('payments.epoch_frozen', { detail: reason })
}

/** A payee that may be paid now, held against change until commit. */
export async function payablePayee(
  { payees, gate }: Pick<PayoutsDeps, 'payees' | 'gate'>,
  tx: Transaction,
  publisherId: Id<'org'>,
): Promise<Payee> {
  const payee = await payees.lock(tx, publisherId)
  if (payee === undefined) throw refuse('payments.payee_missing')
  if (payee.hold !== null) throw refuse('payments.payee_on_hold', { detail: payee.hold })
  const refusal = await gate.refusalOf(tx, payee)
  if (refusal !== undefined) throw refuse('payments.payee_not_approved', { detail: refusal })
  return payee
}

/** What is paid: as much as was asked for, or all, rounded down to what the rail can move. */
async function amountOf(
  { ledger, rails }: Pick<PayoutsDeps, 'ledger' | 'rails'>,
  tx: Transaction,
  payee: Payee,
  wish: PayoutWish,
): Promise<bigint> {
  const { assets, payouts } = payoutRail(rails, payee.rail)
  const unit = assets.find(({ asset }) => asset === USD.id)?.unit
  if (unit === undefined) throw refuse('payments.asset_unsupported')
  const payable = accountNames.payable(payee.organizationId)
  const { available } = await ledger.balance(tx, payable, USD.id)
  const amount = wish.amount ?? available - (available % unit)
  if (amount % unit !== 0n) throw refuse('payments.payout_not_payable')
  if (amount < payouts.minimum) throw refuse('payments.payout_too_small')
  if (amount > available) throw refuse('payments.payout_exceeds_payable')
  return amount
}
