import type { Principal } from '@mcp-orchestra/api/permission'
import type { Id, Money } from '@mcp-orchestra/kernel'
import { accountNames } from '../../ledger/index.ts'
import type { PaymentsDeps } from '../deps.ts'
import { refuse } from '../problems.ts'
import type { TopUp } from './top-up.ts'

/** What the operator wants to put on a balance. */
export type TopUpWish = {
  readonly organizationId: Id<'org'>
  readonly amount: Money
  readonly idempotencyKey: string
}

/**
 * Tops an organization up by the demo rail: platform:top_ups → available. A repeat with the same key
 * answers what was done the first time; another wish under that key is refused. Audited.
 */
export async function makeTopUp(
  deps: Pick<
    PaymentsDeps,
    'transactions' | 'ledger' | 'topUps' | 'directory' | 'audit' | 'clock' | 'ids'
  >,
  principal: Principal,
  wish: TopUpWish,
): Promise<TopUp> {
  return deps.transactions.run(async (tx) => {
    if (!(await deps.directory.exists(tx, wish.organizationId))) {
      throw refuse('payments.organization_not_found')
    }
    const mine: TopUp = {
      operatorId: principal.organizationId,
      idempotencyKey: wish.idempotencyKey,
      organizationId: wish.organizationId,
      amount: wish.amount,
      transferId: deps.ids.make('txn'),
      createdAt: deps.clock.now(),
    }
    const topUp = await deps.topUps.addOnce(tx, mine)
    if (
      topUp.organizationId !== wish.organizationId ||
      topUp.amount.amount !== wish.amount.amount ||
      topUp.amount.asset !== wish.amount.asset
    ) {
      throw refuse('payments.idempotency_key_reused')
    }
    if (topUp.transferId !== mine.transferId) return topUp
    const available = accountNames.available(wish.organizationId)
    const rail = accountNames.platform('top_ups')
    await deps.ledger.openAccounts(tx, [available, rail], wish.amount.asset)
    await deps.ledger.post(tx, [
      {
        id: topUp.transferId,
        debit: rail,
        credit: available,
        amount: wish.amount,
        reference: 'top-up by the demo rail',
      },
    ])
    await deps.audit.record(tx, {
      organizationId: wish.organizationId,
      actor: principal.keyId ?? principal.memberId ?? 'system',
      action: 'balance.topped_up',
      target: topUp.transferId,
      detail: { amount: wish.amount.amount.toString(), asset: wish.amount.asset },
    })
    return topUp
  })
}
