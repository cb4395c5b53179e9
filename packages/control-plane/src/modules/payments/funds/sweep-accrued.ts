import { money, type Id } from '@mcp-orchestra/kernel'
import { accountNames } from '../../ledger/index.ts'
import type { PaymentsDeps } from '../deps.ts'

/** Publishers looked at in one transaction of a sweep: it stays well under a second. */
const PUBLISHERS_PER_TRANSACTION = 100

/**
 * Moves what publishers earned into their payable accounts (spending §4.16), some publishers a
 * transaction, until all were looked at. Returns how many had something to move.
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
      const accrued = accountNames.accrued(publisherId)
      const payable = accountNames.payable(publisherId)
      const balance = await deps.ledger.balance(tx, accrued, asset)
      if (balance.available <= 0n) continue
      await deps.ledger.openAccount(tx, payable, asset)
      await deps.ledger.post(tx, [
        {
          id: deps.ids.make('txn'),
          debit: accrued,
          credit: payable,
          amount: money(balance.available, asset),
          reference: 'sweep of accrued earnings',
        },
      ])
      swept += 1
    }
    return { swept, last: publishers.at(-1)?.publisherId }
  })
}
