import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { mountGetTrialBalance } from './get-trial-balance.ts'
import { mountListAccounts } from './list-accounts.ts'
import { mountListTransfers } from './list-transfers.ts'
import type { LedgerRoutes } from './wired.ts'

/** Mounts every route of the ledger; all of them only read. */
export function mountLedger(app: ApiApp, wired: LedgerRoutes): void {
  mountListAccounts(app, wired)
  mountListTransfers(app, wired)
  mountGetTrialBalance(app, wired)
}
