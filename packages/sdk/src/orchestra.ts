import { createApps, type Apps } from './apps.ts'
import { createAssets, type Assets } from './assets.ts'
import { createBudgets, type Budgets } from './budgets.ts'
import { openCore, type OrchestraOptions } from './core.ts'
import { createDecisions, type Decisions } from './decisions.ts'
import { createMandates, type Mandates } from './mandates.ts'
import { createDisputes, type Disputes } from './disputes.ts'
import { createQuotes, type Quotes } from './quotes.ts'
import { createRefunds, type Refunds } from './refunds.ts'
import { createScreens, type OrchestraScreens } from './screens.ts'
import { createShares, type Shares } from './shares.ts'
import { createPayees, type Payees } from './payees.ts'
import { createPayouts, type Payouts } from './payouts.ts'

/** The typed client of one platform. A part that a screen of the console asks for is in `screens.ts`. */
export type Orchestra = OrchestraScreens & {
  readonly apps: Apps
  readonly assets: Assets
  readonly budgets: Budgets
  readonly decisions: Decisions
  readonly mandates: Mandates
  readonly disputes: Disputes
  readonly quotes: Quotes
  readonly refunds: Refunds
  readonly shares: Shares
  readonly payees: Payees
  readonly payouts: Payouts
}

/** Makes a client. Nothing is sent until a method is called. */
export function createOrchestra(options: OrchestraOptions): Orchestra {
  const opened = openCore(options)
  return {
    ...createScreens(opened),
    apps: createApps(opened.api),
    assets: createAssets(opened.api),
    budgets: createBudgets(opened.api),
    decisions: createDecisions(opened.api),
    mandates: createMandates(opened.api),
    disputes: createDisputes(opened.api),
    quotes: createQuotes(opened.api),
    refunds: createRefunds(opened.api),
    shares: createShares(opened.api),
    payees: createPayees(opened.api),
    payouts: createPayouts(opened.api),
  }
}
