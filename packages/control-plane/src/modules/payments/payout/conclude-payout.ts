import { assert, type Id, type Transaction } from '@mcp-orchestra/kernel'
import { accountNames } from '../../ledger/index.ts'
import { openCases } from '../case/open-cases.ts'
import { transferIdOf } from '../journal/derived-id.ts'
import type { RailOutcome } from '../rail/rail-outcome.ts'
import { lockPayout, reread, voidPayout } from './decide-payout.ts'
import type { PayoutsDeps } from './deps.ts'
import type { Payout } from './payout.ts'
import type { PayoutStep } from './ports.ts'

/** What an outcome is written down with. */
export type ConcludePayoutDeps = Pick<
  PayoutsDeps,
  'transactions' | 'ledger' | 'publishers' | 'payouts' | 'cases' | 'audit' | 'clock' | 'ids'
>

/**
 * Writes down what a rail says became of a payout: paid posts the hold, failed voids it, a return posts
 * the same amount back, and what nobody can say opens a case. Said again, it changes nothing. Audited.
 */
export async function concludePayout(
  deps: ConcludePayoutDeps,
  id: Id<'pay'>,
  outcome: RailOutcome,
  actor = 'system',
): Promise<Payout> {
  return deps.transactions.run(async (tx) => {
    const payout = await lockPayout(deps, tx, id)
    await write(deps, tx, payout, outcome, actor)
    return reread(deps, tx, id)
  })
}

async function write(
  deps: ConcludePayoutDeps,
  tx: Transaction,
  payout: Payout,
  outcome: RailOutcome,
  actor: string,
): Promise<void> {
  const isOpen = payout.state === 'sending' || payout.state === 'unknown'
  switch (outcome.kind) {
    case 'pending':
      if (payout.state === 'unknown')
        await stepPayout(deps, tx, payout, { state: 'sending' }, actor)
      return
    case 'done':
      if (isOpen) await pay(deps, tx, payout, outcome.reference, actor)
      return
    case 'refused': {
      if (!isOpen) return
      await stepPayout(deps, tx, payout, { state: 'failed', reason: outcome.reason }, actor)
      await voidPayout(deps, tx, payout.id)
      return
    }
    case 'returned': {
      if (isOpen) await pay(deps, tx, payout, payout.id, actor)
      if (isOpen || payout.state === 'paid') await takeBack(deps, tx, payout, outcome.reason, actor)
      return
    }
    case 'unknown': {
      if (payout.state !== 'sending') return
      await stepPayout(deps, tx, payout, { state: 'unknown', reason: outcome.reason }, actor)
      await openCases(deps, tx, [caseOf(payout, outcome.reason)])
      return
    }
    case 'absent':
    case 'claimed':
    case 'released':
      assert(false, `a payout that was sent is never ${outcome.kind}`)
  }
}

async function pay(
  deps: ConcludePayoutDeps,
  tx: Transaction,
  payout: Payout,
  reference: string,
  actor: string,
): Promise<void> {
  await stepPayout(deps, tx, payout, { state: 'paid', reference }, actor)
  await deps.ledger.postHold(tx, {
    id: transferIdOf('payout', 'paid', payout.id),
    holdId: transferIdOf('payout', 'hold', payout.id),
    amount: payout.amount,
    reference: payout.id,
  })
}

/** The contra of a payout that was paid: nothing that was posted is undone. */
async function takeBack(
  deps: ConcludePayoutDeps,
  tx: Transaction,
  payout: Payout,
  reason: string,
  actor: string,
): Promise<void> {
  await stepPayout(deps, tx, payout, { state: 'returned', reason }, actor)
  await deps.ledger.post(tx, [
    {
      id: transferIdOf('payout', 'returned', payout.id),
      debit: accountNames.clearing(payout.rail),
      credit: accountNames.payable(payout.publisherId),
      amount: payout.amount,
      reference: payout.id,
    },
  ])
}

/** Takes a step that no person took, and closes the case that it may have had. Audited. */
export async function stepPayout(
  deps: ConcludePayoutDeps,
  tx: Transaction,
  { id, publisherId, amount }: Payout,
  to: PayoutStep,
  actor = 'system',
): Promise<void> {
  await deps.payouts.step(tx, id, to, deps.clock.now())
  if (to.state !== 'unknown') await deps.cases.resolve(tx, 'payout_unknown', id)
  await deps.audit.record(tx, {
    organizationId: publisherId,
    actor,
    action: `payout.${to.state}`,
    target: id,
    detail: {
      amount: amount.amount.toString(),
      asset: amount.asset,
      ...(to.reference === undefined ? {} : { reference: to.reference }),
      ...(to.reason === undefined ? {} : { reason: to.reason }),
    },
  })
}

function caseOf({ id, publisherId, amount, rail }: Payout, reason: string) {
  return {
    kind: 'payout_unknown',
    subject: id,
    organizationId: publisherId,
    incarnationId: null,
    amount: amount.amount,
    asset: amount.asset,
    detail: { rail, reason },
  } as const
}
