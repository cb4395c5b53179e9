import { money, type AssetId, type Id, type Transaction } from '@mcp-orchestra/kernel'
import { accountNames } from '../../ledger/index.ts'
import type { PaymentsDeps } from '../deps.ts'

/** Publishers looked at in one transaction of a sweep: it stays well under a second. */
const PUBLISHERS_PER_TRANSACTION = 100

/**
 * Moves what publishers earned into their payable accounts (spending §4.16), after what they owe for refunds
 * (§8.23), some publishers a transaction, until all were looked at. Returns how many had something to move.
 */
export async function sweepAccrued(
  deps: Pick<PaymentsDeps, 'transactions' | 'ledger' | 'publishers' | 'ids'>,
): Promise<number> {
  let swept = 0
  let after: Id<'org'> | undefined
  for (;;) {
    const page = await sweepSome(deps, after)
    swept += page.swept
    if (page.last === undefined) return swept
    after = page.last
  }
}

async function sweepSome(
  deps: Pick<PaymentsDeps, 'transactions' | 'ledger' | 'publishers' | 'ids'>,
  after: Id<'org'> | undefined,
): Promise<{ readonly swept: number; readonly last: Id<'org'> | undefined }> {
  return deps.transactions.run(async (tx) => {
    await deps.publishers.lockSweep(tx)
    const publishers = await deps.publishers.page(tx, after, PUBLISHERS_PER_TRANSACTION)
    await deps.publishers.lockPublishers(
      tx,
      publishers.map(({ publisherId }) => publisherId),
    )
    let swept = 0
    for (const { publisherId, asset } of publishers) {
      if (await sweepOne(deps, tx, publisherId, asset)) swept += 1
    }
    return { swept, last: publishers.at(-1)?.publisherId }
  })
}

/** Under the publisher's lock and the sweep's: pays its debt first, then what is left may be paid out. */
export async function sweepOne(
  deps: Pick<PaymentsDeps, 'ledger' | 'ids'>,
  tx: Transaction,
  publisherId: Id<'org'>,
  asset: AssetId,
): Promise<boolean> {
  const accrued = accountNames.accrued(publisherId)
  const payable = accountNames.payable(publisherId)
  const owed = accountNames.owedByPublisher(publisherId)
  const held = await deps.ledger.balances(tx, [accrued, owed], asset)
  const earned = held.get(accrued)?.available ?? 0n
  if (earned <= 0n) return false
  const debt = -(held.get(owed)?.posted ?? 0n)
  const netted = debt < earned ? debt : earned
  const legs = [
    { credit: owed, amount: netted, reference: 'what was owed for refunds' },
    { credit: payable, amount: earned - netted, reference: 'sweep of accrued earnings' },
  ].filter(({ amount }) => amount > 0n)
  await deps.ledger.openAccounts(
    tx,
    legs.map(({ credit }) => credit),
    asset,
  )
  await deps.ledger.post(
    tx,
    legs.map(({ amount, ...leg }) => ({
      ...leg,
      id: deps.ids.make('txn'),
      debit: accrued,
      amount: money(amount, asset),
    })),
  )
  return true
}
