import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { mountChangeCap } from './change-cap.ts'
import { mountCreateCap } from './create-cap.ts'
import { mountCreateTopUp } from './create-top-up.ts'
import { mountDeclareIncarnationLost } from './declare-incarnation-lost.ts'
import { mountDisputes } from './disputes.ts'
import { mountGatewayLink } from './gateway-link.ts'
import { mountGetBalance } from './get-balance.ts'
import { mountGetDecision } from './get-decision.ts'
import { mountGetReceipt } from './get-receipt.ts'
import { mountListCaps } from './list-caps.ts'
import { mountListCases } from './list-cases.ts'
import { mountListLeases } from './list-leases.ts'
import { mountListReceipts } from './list-receipts.ts'
import { mountQuoteSources } from './quote-sources.ts'
import { mountQuotes } from './quotes.ts'
import { mountRaiseLedgerEpoch } from './raise-ledger-epoch.ts'
import { mountRefunds } from './refunds.ts'
import { mountRemoveCap } from './remove-cap.ts'
import { mountShares } from './shares.ts'
import { mountSigningKeys } from './signing-keys.ts'
import { mountMandates } from './mandates.ts'
import { mountStops } from './stops.ts'
import type { PaymentsRoutes } from './wired.ts'

/** Mounts every route of payments. */
export function mountPayments(app: ApiApp, wired: PaymentsRoutes): void {
  mountGatewayLink(app, wired)
  mountGetBalance(app, wired)
  mountCreateTopUp(app, wired)
  mountListCaps(app, wired)
  mountCreateCap(app, wired)
  mountChangeCap(app, wired)
  mountRemoveCap(app, wired)
  mountStops(app, wired)
  mountMandates(app, wired)
  mountListLeases(app, wired)
  mountListCases(app, wired)
  mountDeclareIncarnationLost(app, wired)
  mountRaiseLedgerEpoch(app, wired)
  mountGetDecision(app, wired)
  mountGetReceipt(app, wired)
  mountListReceipts(app, wired)
  mountSigningKeys(app, wired)
  mountQuotes(app, wired)
  mountQuoteSources(app, wired)
  mountRefunds(app, wired)
  mountShares(app, wired)
  mountDisputes(app, wired)
}
