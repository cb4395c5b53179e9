import type { Principal } from '@mcp-orchestra/api/permission'
import { assert, money, toUuid, type Id, type Transaction } from '@mcp-orchestra/kernel'
import { accountNames } from '../../ledger/index.ts'
import type { UsageEvent } from '../../metering/index.ts'
import type { PaymentsDeps } from '../deps.ts'
import { transferIdOf } from '../journal/derived-id.ts'
import { refuse } from '../problems.ts'
import { drawFrom } from '../refund/draw.ts'
import { amountLeftOf, type GiveRefundDeps } from '../refund/give-refund.ts'
import { splitBetween } from '../refund/split-sale.ts'
import { splitRuleOf } from '../share/share-agreement.ts'
import type { Dispute } from './dispute.ts'

/** How long after a call its payer may contest it, in ms: 60 days, so that two monthly invoices were seen. */
export const DISPUTABLE_FOR_MS = 60 * 86_400_000

/** What disputes need. */
export type DisputeDeps = GiveRefundDeps & Pick<PaymentsDeps, 'transactions' | 'disputes'>

/** What a payer contests. */
export type DisputeWish = {
  readonly eventId: string
  /** In the asset's smallest unit; undefined: all that is left of the call. */
  readonly amount: bigint | undefined
  readonly reason: string
}

/**
 * Opens a dispute of a posted call, for its payer. What is found of the publisher's part moves to its reserve, so
 * that it is not paid out meanwhile; nobody else is touched. One at a time for each call, and none after one that
 * was rejected. Audited.
 */
export async function openDispute(
  deps: DisputeDeps,
  principal: Principal,
  wish: DisputeWish,
): Promise<Dispute> {
  const event = await deps.metering.usageEvent(principal, wish.eventId)
  if (event.payerId !== principal.organizationId) throw refuse('payments.dispute_not_yours')
  if (event.disposition !== 'posted') throw refuse('payments.call_not_charged')
  if (deps.clock.now() - event.at > DISPUTABLE_FOR_MS) throw refuse('payments.dispute_too_late')
  return deps.transactions.run(async (tx) => {
    await deps.publishers.lockPublisher(tx, event.publisherId)
    const capture = await deps.refunds.lockCapture(tx, {
      eventId: event.id,
      asset: event.asset,
      captured: event.posted,
    })
    const before = await deps.disputes.ofEvent(tx, event.id)
    const bars = before.find(({ state }) => state === 'open' || state === 'rejected')
    if (bars !== undefined)
      throw refuse('payments.dispute_exists', { members: { dispute: bars.id } })
    const amount = amountLeftOf(event, wish.amount, capture.captured - capture.refunded)
    const id = deps.ids.make('dsp')
    const held = await holdPart(deps, tx, { id, event, amount })
    const dispute: Dispute = {
      id,
      eventId: event.id,
      payerId: event.payerId,
      publisherId: event.publisherId,
      serverId: event.serverId,
      tool: event.tool,
      asset: event.asset,
      amount,
      held,
      reason: wish.reason,
      state: 'open',
      answer: null,
      refundId: null,
      openedAt: deps.clock.now(),
      closedAt: null,
    }
    await deps.disputes.add(tx, dispute)
    await deps.audit.record(tx, {
      organizationId: event.payerId,
      actor: principal.keyId ?? principal.memberId ?? 'system',
      action: 'dispute.opened',
      target: id,
      detail: { event: event.id, amount: amount.toString(), asset: event.asset },
    })
    return dispute
  })
}

/** Moves what there is of the publisher's part to its reserve, and answers how much that was. */
async function holdPart(
  deps: DisputeDeps,
  tx: Transaction,
  {
    id,
    event,
    amount,
  }: { readonly id: Id<'dsp'>; readonly event: UsageEvent; readonly amount: bigint },
): Promise<bigint> {
  const { publisherId, asset } = event
  const agreement = event.shareId === null ? undefined : await deps.shares.find(tx, event.shareId)
  const [total] = await deps.journal.lockFeeTotals(tx, [event])
  assert(total !== undefined, 'a posted call is in the cumulative gross')
  const kept = total.gross - total.refunded
  const { publisher } = splitBetween(kept - amount, kept, splitRuleOf(event.feeBps, agreement))
  const names = [accountNames.accrued(publisherId), accountNames.payable(publisherId)]
  const balances = await deps.ledger.balances(tx, names, asset)
  const { taken, short } = drawFrom(
    publisher,
    names.map((account) => ({ account, available: balances.get(account)?.available ?? 0n })),
  )
  const reserve = accountNames.reserve(publisherId)
  await deps.ledger.openAccount(tx, reserve, asset)
  await deps.ledger.post(
    tx,
    taken.map((leg) => ({
      id: transferIdOf('dispute', id, leg.account),
      debit: leg.account,
      credit: reserve,
      amount: money(leg.amount, asset),
      link: toUuid(id),
      reference: event.id,
    })),
  )
  return publisher - short
}
