import { instant } from '@mcp-orchestra/kernel'
import type { PaymentsDeps } from '../deps.ts'

/**
 * Keyed purchases are remembered this long, in ms: outcomes are kept 24 h and journal segments 72 h, so
 * after a week no journal can bring another event of the same purchase.
 */
export const PURCHASE_RETENTION_MS = 7 * 24 * 3_600_000
/** Rows forgotten in one transaction: it stays well under a second. */
const ROWS_PER_TRANSACTION = 5_000

/** Forgets purchases beyond their retention; returns how many. */
export async function prunePurchases(
  deps: Pick<PaymentsDeps, 'transactions' | 'journal' | 'clock'>,
): Promise<number> {
  const before = instant(deps.clock.now() - PURCHASE_RETENTION_MS)
  let forgotten = 0
  for (;;) {
    const some = await deps.transactions.run((tx) =>
      deps.journal.prunePurchases(tx, before, ROWS_PER_TRANSACTION),
    )
    forgotten += some
    if (some < ROWS_PER_TRANSACTION) return forgotten
  }
}
