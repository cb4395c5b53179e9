import type { Principal } from '@mcp-orchestra/api/permission'
import type { Id } from '@mcp-orchestra/kernel'
import { reconcileBooks, type ReconcileDeps } from './reconcile-books.ts'
import type { Reconciliation } from './reconciliation.ts'

/** Proves that the books are right, or says where they are not. */
export interface Reconciler {
  /** At an operator's word; another one that still runs → `payments.reconciliation_running`. */
  reconcile(principal: Principal): Promise<Reconciliation>
  /** A job: the same each night. Returns how many differences there are. */
  reconcileNightly(): Promise<number>
  /** Newest first. */
  list(query: {
    readonly before: Id<'rcn'> | undefined
    readonly limit: number
  }): Promise<Reconciliation[]>
}

/** Makes the reconciler. */
export function createReconciler(deps: ReconcileDeps): Reconciler {
  return {
    reconcile: (principal) => reconcileBooks(deps, principal),
    reconcileNightly: async () => (await reconcileBooks(deps, undefined)).found,
    list: (query) => deps.transactions.run((tx) => deps.reconciliations.page(tx, query)),
  }
}
