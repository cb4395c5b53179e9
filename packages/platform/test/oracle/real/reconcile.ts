import { postgresLedgerAudit } from '../../../../control-plane/src/modules/ledger/index.ts'
import {
  createReconciler,
  postgresPaymentsStores,
  postgresPayoutStores,
  postgresReconciliationStore,
} from '../../../../control-plane/src/modules/payments/index.ts'
import type { World } from '../../../../control-plane/src/modules/payments/testing/world.ts'

/** What the nightly comparison of records and ledger finds. */
export async function reconcile(world: World): Promise<readonly unknown[]> {
  const { clock, ids, metering } = world
  const reconciler = createReconciler({
    ...postgresPaymentsStores,
    ...postgresPayoutStores,
    transactions: world.database.transactions,
    metering,
    clock,
    ids,
    audit: { record: () => Promise.resolve() },
    reconciliations: postgresReconciliationStore,
    ledgerAudit: postgresLedgerAudit,
    alert: () => undefined,
  })
  return (await reconciler.reconcile(world.operator)).findings
}
