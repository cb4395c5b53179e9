import type { Transaction } from '@mcp-orchestra/kernel'
import { openCases } from '../case/open-cases.ts'
import type { PaymentsDeps } from '../deps.ts'
import type { LedgerEpoch } from './ledger-epoch.ts'

/** What a raise needs. */
export type RaiseEpochDeps = Pick<PaymentsDeps, 'epochs' | 'cases' | 'audit' | 'clock' | 'ids'>

/**
 * Begins a new history of the ledger: from now on nothing is granted until every known process has
 * reported its leases and its cursor, or was declared lost (spending §5.18). Audited, with a case.
 */
export async function raiseEpoch(
  deps: RaiseEpochDeps,
  tx: Transaction,
  cause: { readonly actor: string; readonly reason: string },
): Promise<LedgerEpoch> {
  const before = await deps.epochs.lock(tx)
  const raisedAt = deps.clock.now()
  const raised = { epoch: before.epoch + 1, frozen: true, reason: cause.reason, raisedAt }
  await deps.epochs.write(tx, raised)
  await deps.audit.record(tx, {
    organizationId: null,
    actor: cause.actor,
    action: 'ledger.epoch_raised',
    target: `epoch ${raised.epoch}`,
    detail: { reason: cause.reason },
  })
  const opening = {
    kind: 'epoch_raised',
    subject: `epoch ${raised.epoch}`,
    organizationId: null,
    incarnationId: null,
    amount: 0n,
    asset: null,
    detail: { reason: cause.reason },
  } as const
  await openCases(deps, tx, [opening])
  return raised
}
