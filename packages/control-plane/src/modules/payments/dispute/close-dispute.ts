import type { Principal } from '@mcp-orchestra/api/permission'
import { money, parseId, toUuid, type Transaction } from '@mcp-orchestra/kernel'
import { accountNames } from '../../ledger/index.ts'
import { transferIdOf } from '../journal/derived-id.ts'
import { refuse } from '../problems.ts'
import { giveRefund } from '../refund/give-refund.ts'
import type { Refund } from '../refund/refund.ts'
import type { Dispute } from './dispute.ts'
import type { DisputeDeps } from './open-dispute.ts'

/** How a dispute ends, and what is said with it. */
export type DisputeClosing = {
  readonly state: 'accepted' | 'rejected' | 'withdrawn'
  readonly answer: string | null
}

/**
 * Closes an open dispute: the publisher or the operator accepts it, which is a refund; the operator rejects it; the
 * payer withdraws it. What was held and is not needed for the refund is the publisher's again. Audited.
 */
export async function closeDispute(
  deps: DisputeDeps,
  principal: Principal,
  text: string,
  closing: DisputeClosing,
): Promise<Dispute> {
  const known = await findDispute(deps, principal, text)
  requireMayClose(principal, known, closing.state)
  const event = await deps.metering.usageEvent(principal, known.eventId)
  return deps.transactions.run(async (tx) => {
    const agreement = event.shareId === null ? undefined : await deps.shares.find(tx, event.shareId)
    const sharers = agreement?.parties.map(({ organizationId }) => organizationId) ?? []
    await deps.publishers.lockPublishers(tx, [known.publisherId, ...sharers])
    // Read again: whoever closes a dispute holds its publisher's row.
    const dispute = (await deps.disputes.find(tx, known.id)) ?? known
    if (dispute.state !== 'open') throw refuse('payments.dispute_closed')
    const { captured, refunded } = await deps.refunds.lockCapture(tx, {
      eventId: event.id,
      asset: event.asset,
      captured: event.posted,
    })
    const left = captured - refunded
    const actor = principal.keyId ?? principal.memberId ?? 'system'
    const refund =
      closing.state === 'accepted' && left > 0n
        ? await giveRefund(deps, tx, {
            event,
            amount: dispute.amount < left ? dispute.amount : left,
            reason: dispute.reason,
            givenBy: principal.organizationId,
            actor,
            idempotencyKey: `dispute:${dispute.id}`,
            heldInReserve: dispute.held,
          })
        : undefined
    await giveHoldBack(deps, tx, dispute, dispute.held - usedOfHold(dispute, refund))
    const closed: Dispute = {
      ...dispute,
      ...closing,
      refundId: refund?.id ?? null,
      closedAt: deps.clock.now(),
    }
    await deps.disputes.close(tx, dispute.id, { ...closing, ...closedPartsOf(closed) })
    await deps.audit.record(tx, {
      organizationId: dispute.publisherId,
      actor,
      action: `dispute.${closing.state}`,
      target: dispute.id,
      detail: { event: dispute.eventId, refund: closed.refundId },
    })
    return closed
  })
}

/** A dispute for its payer, its publisher or the operator; a stranger learns nothing (404). */
export async function findDispute(
  deps: Pick<DisputeDeps, 'transactions' | 'disputes'>,
  { organizationId, permissions }: Principal,
  text: string,
): Promise<Dispute> {
  const id = parseId('dsp', text)
  const dispute =
    id === undefined ? undefined : await deps.transactions.run((tx) => deps.disputes.find(tx, id))
  const isParty =
    dispute?.payerId === organizationId ||
    dispute?.publisherId === organizationId ||
    permissions.has('platform:operate')
  if (dispute === undefined || !isParty) throw refuse('payments.dispute_not_found')
  return dispute
}

function requireMayClose(
  { organizationId, permissions }: Principal,
  { payerId, publisherId }: Dispute,
  state: DisputeClosing['state'],
): void {
  const operates = permissions.has('platform:operate')
  const may = {
    accepted: operates || organizationId === publisherId,
    rejected: operates,
    withdrawn: organizationId === payerId,
  }
  if (!may[state]) throw refuse('payments.dispute_not_yours')
}

/** What of the hold the refund took: the publisher's part of it, as far as it was held. */
function usedOfHold({ held }: Dispute, refund: Refund | undefined): bigint {
  if (refund === undefined) return 0n
  const part = refund.shares.reduce((rest, share) => rest - share, refund.amount - refund.fee)
  return part < held ? part : held
}

/** The hold is the publisher's again: what it owes first, the rest may be paid out. */
async function giveHoldBack(
  deps: DisputeDeps,
  tx: Transaction,
  { id, publisherId, asset }: Dispute,
  amount: bigint,
): Promise<void> {
  if (amount === 0n) return
  const owed = accountNames.owedByPublisher(publisherId)
  const debt = -(await deps.ledger.balance(tx, owed, asset)).posted
  const netted = debt < amount ? debt : amount
  const legs = [
    { credit: owed, amount: netted },
    { credit: accountNames.payable(publisherId), amount: amount - netted },
  ].filter((leg) => leg.amount > 0n)
  await deps.ledger.openAccounts(
    tx,
    legs.map(({ credit }) => credit),
    asset,
  )
  await deps.ledger.post(
    tx,
    legs.map((leg) => ({
      id: transferIdOf('dispute', id, 'back', leg.credit),
      debit: accountNames.reserve(publisherId),
      credit: leg.credit,
      amount: money(leg.amount, asset),
      link: toUuid(id),
      reference: id,
    })),
  )
}

function closedPartsOf({ refundId, closedAt, openedAt }: Dispute) {
  return { refundId, closedAt: closedAt ?? openedAt }
}
