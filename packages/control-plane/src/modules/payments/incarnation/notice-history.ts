import type { PaymentsDeps } from '../deps.ts'
import type { DatabaseHistory } from './ledger-epoch.ts'
import { raiseEpoch, type RaiseEpochDeps } from './raise-epoch.ts'

/** What a start found: `unreadable` where the server does not let us look, as managed ones do. */
export type HistoryNotice = 'first' | 'same' | 'changed' | 'unreadable'

/**
 * Compares the database's own history with the one that the epoch was written in, at the start of a
 * control plane: another cluster or another timeline is a restore or a failover, and raises the epoch
 * (spending §5.18). A copy of the files cannot be told in this way: then the journals tell it.
 */
export async function noticeHistory(
  deps: RaiseEpochDeps & Pick<PaymentsDeps, 'transactions'>,
): Promise<HistoryNotice> {
  return deps.transactions.run(async (tx) => {
    await deps.epochs.lock(tx)
    const found = await deps.epochs.databaseHistory(tx)
    if (found === undefined) return 'unreadable'
    const remembered = await deps.epochs.rememberedHistory(tx)
    if (remembered !== undefined && isSame(remembered, found)) return 'same'
    await deps.epochs.rememberHistory(tx, found)
    if (remembered === undefined) return 'first'
    const reason = `The database is of another history: cluster ${found.systemIdentifier} on timeline ${found.timeline}, before it was cluster ${remembered.systemIdentifier} on timeline ${remembered.timeline}.`
    await raiseEpoch(deps, tx, { actor: 'system', reason })
    return 'changed'
  })
}

function isSame(a: DatabaseHistory, b: DatabaseHistory): boolean {
  return a.systemIdentifier === b.systemIdentifier && a.timeline === b.timeline
}
