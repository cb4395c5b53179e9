import { assert, money, toUuid, type Id, type Transaction } from '@mcp-orchestra/kernel'
import { accountNames, type AccountName, type TransferRequest } from '../../ledger/index.ts'
import type { UsageEvent } from '../../metering/index.ts'
import type { PaymentsDeps } from '../deps.ts'
import { transferIdOf } from '../journal/derived-id.ts'
import { refuse } from '../problems.ts'
import { drawFrom } from './draw.ts'
import type { Refund } from './refund.ts'
import { splitRuleOf, type ShareAgreement } from '../share/share-agreement.ts'
import { splitBetween, type SaleParts } from './split-sale.ts'

/** What a refund touches. */
export type GiveRefundDeps = Pick<
  PaymentsDeps,
  | 'ledger'
  | 'metering'
  | 'publishers'
  | 'refunds'
  | 'shares'
  | 'journal'
  | 'audit'
  | 'clock'
  | 'ids'
>

/** A refund of a posted call; without an amount, of all that is left of it. */
export type RefundOrder = {
  readonly event: UsageEvent
  readonly amount: bigint | undefined
  readonly reason: string
  readonly givenBy: Id<'org'>
  readonly actor: string
  readonly idempotencyKey: string
  /** What of the publisher's reserve was set aside for this refund: it is taken first. */
  readonly heldInReserve?: bigint
}

/**
 * Gives money of a posted call back to its payer's balance, as contra transfers (spending §8.23). The fee and every
 * share fall to what they are on the reduced cumulative amount. What those who had earned it do not have any more,
 * they owe: the next sweep takes it from what they earn. A repeat of the key answers the first refund. Audited.
 */
export async function giveRefund(
  deps: GiveRefundDeps,
  tx: Transaction,
  order: RefundOrder,
): Promise<Refund> {
  const { event } = order
  if (event.disposition !== 'posted') throw refuse('payments.call_not_charged')
  // Before anything is read: whoever refunds, sweeps or pays out the same publisher waits here.
  const agreement = event.shareId === null ? undefined : await deps.shares.find(tx, event.shareId)
  const sharers = agreement?.parties.map(({ organizationId }) => organizationId) ?? []
  await deps.publishers.lockPublishers(tx, [event.publisherId, ...sharers])
  const repeated = await deps.refunds.ofKey(tx, order.givenBy, order.idempotencyKey)
  if (repeated !== undefined) return requireSame(repeated, order)
  const capture = await deps.refunds.lockCapture(tx, {
    eventId: event.id,
    asset: event.asset,
    captured: event.posted,
  })
  const amount = amountLeftOf(event, order.amount, capture.captured - capture.refunded)
  const parts = await takeFromTotals(deps, tx, { event, amount, agreement })
  const id = deps.ids.make('rfd')
  const { transfers, owed } = await contraOf(deps, tx, {
    id,
    event,
    parts,
    sharers,
    heldInReserve: order.heldInReserve ?? 0n,
  })
  const refund: Refund = {
    id,
    eventId: event.id,
    payerId: event.payerId,
    publisherId: event.publisherId,
    serverId: event.serverId,
    tool: event.tool,
    asset: event.asset,
    amount,
    fee: parts.fee,
    shareId: event.shareId,
    shares: parts.shares,
    owed,
    reason: order.reason,
    calledAt: event.at,
    givenBy: order.givenBy,
    idempotencyKey: order.idempotencyKey,
    createdAt: deps.clock.now(),
  }
  if (!(await deps.refunds.add(tx, refund))) throw refuse('payments.idempotency_key_reused')
  const names = transfers.flatMap(({ debit, credit }) => [debit, credit])
  await deps.ledger.openAccounts(tx, names.toSorted(), event.asset)
  await deps.ledger.post(tx, transfers)
  await deps.audit.record(tx, {
    organizationId: event.publisherId,
    actor: order.actor,
    action: 'refund.given',
    target: id,
    detail: { event: event.id, amount: amount.toString(), asset: event.asset },
  })
  return refund
}

function requireSame(refund: Refund, { event, amount }: RefundOrder): Refund {
  if (refund.eventId === event.id && (amount ?? refund.amount) === refund.amount) return refund
  throw refuse('payments.idempotency_key_reused')
}

/** What is asked of what is left of a call, or all of it; more than is left, and nothing, are refused. */
export function amountLeftOf(event: UsageEvent, wanted: bigint | undefined, left: bigint): bigint {
  const amount = wanted ?? left
  if (amount > 0n && amount <= left) return amount
  throw refuse('payments.refund_exceeds_charge', {
    members: { refundable: { amount: left.toString(), asset: event.asset } },
  })
}

/** Takes a refund out of the cumulative amounts, and answers what everybody gives back for it. */
async function takeFromTotals(
  deps: GiveRefundDeps,
  tx: Transaction,
  {
    event,
    amount,
    agreement,
  }: {
    readonly event: UsageEvent
    readonly amount: bigint
    readonly agreement: ShareAgreement | undefined
  },
): Promise<SaleParts> {
  const [total] = await deps.journal.lockFeeTotals(tx, [event])
  assert(total !== undefined, 'a posted call is in the cumulative gross')
  const kept = total.gross - total.refunded
  assert(kept >= amount, 'what is left of one call is left of all of them')
  await deps.journal.saveFeeTotals(tx, [{ ...total, refunded: total.refunded + amount }])
  await deps.metering.recordRefund(tx, event, amount)
  return splitBetween(kept - amount, kept, splitRuleOf(event.feeBps, agreement))
}

/** The transfers back to the payer: from the fees, then from what each who earned has, then on its debt. */
async function contraOf(
  deps: GiveRefundDeps,
  tx: Transaction,
  refund: {
    readonly id: Id<'rfd'>
    readonly event: UsageEvent
    readonly parts: SaleParts
    readonly sharers: readonly Id<'org'>[]
    readonly heldInReserve: bigint
  },
): Promise<{ readonly transfers: readonly TransferRequest[]; readonly owed: bigint }> {
  const { id, event, parts, sharers, heldInReserve } = refund
  const earners = [
    { organizationId: event.publisherId, amount: parts.publisher },
    ...sharers.map((organizationId, index) => ({
      organizationId,
      amount: parts.shares[index] ?? 0n,
    })),
  ]
  // Under the locks only journals move these, and those only add.
  const names = earners.flatMap(({ organizationId }) => sourcesOf(organizationId))
  const held = await deps.ledger.balances(tx, names, event.asset)
  const draws = earners.map(({ organizationId, amount }) => {
    const sources = sourcesOf(organizationId).map((account) => ({
      account,
      available: held.get(account)?.available ?? 0n,
    }))
    const reserve = {
      account: accountNames.reserve(organizationId),
      available: organizationId === event.publisherId ? heldInReserve : 0n,
    }
    return { organizationId, ...drawFrom(amount, [reserve, ...sources]) }
  })
  const legs = [
    { account: accountNames.platform('fees'), amount: parts.fee },
    ...draws.flatMap(({ organizationId, taken, short }) => [
      ...taken,
      { account: accountNames.owedByPublisher(organizationId), amount: short },
    ]),
  ]
  const transfers = legs
    .filter(({ amount }) => amount > 0n)
    .map(({ account, amount }) => ({
      id: transferIdOf('refund', id, account),
      debit: account,
      credit: accountNames.available(event.payerId),
      amount: money(amount, event.asset),
      link: toUuid(id),
      reference: event.id,
    }))
  return { transfers, owed: draws.reduce((sum, { short }) => sum + short, 0n) }
}

/** What of an organization's earnings a refund is taken from, in this order. */
function sourcesOf(organizationId: Id<'org'>): AccountName[] {
  return [accountNames.accrued(organizationId), accountNames.payable(organizationId)]
}
