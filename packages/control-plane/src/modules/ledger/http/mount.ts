import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { mountGetArchive } from './get-archive.ts'
import { mountGetStatement } from './get-statement.ts'
import { mountGetTrialBalance } from './get-trial-balance.ts'
import { mountListAssets } from './list-assets.ts'
import { mountListAccounts } from './list-accounts.ts'
import { mountListTransfers } from './list-transfers.ts'
import { mountRegisterAsset } from './register-asset.ts'
import { mountSetAssetListing } from './set-asset-listing.ts'
import type { LedgerRoutes } from './wired.ts'

/** Mounts every route of the ledger; none of them moves money. */
export function mountLedger(app: ApiApp, wired: LedgerRoutes): void {
  mountListAccounts(app, wired)
  mountListTransfers(app, wired)
  mountGetTrialBalance(app, wired)
  mountGetStatement(app, wired)
  mountGetArchive(app, wired)
  mountListAssets(app, wired)
  mountRegisterAsset(app, wired)
  mountSetAssetListing(app, wired)
}
