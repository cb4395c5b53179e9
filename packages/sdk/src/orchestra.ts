import { createAssets, type Assets } from './assets.ts'
import { createBudgets, type Budgets } from './budgets.ts'
import { openCore, type OrchestraOptions } from './core.ts'
import { createDecisions, type Decisions } from './decisions.ts'
import { createMandates, type Mandates } from './mandates.ts'
import { createQuotes, type Quotes } from './quotes.ts'
import { createScreens, type OrchestraScreens } from './screens.ts'

/** The typed client of one platform. A part that a screen of the console asks for is in `screens.ts`. */
export type Orchestra = OrchestraScreens & {
  readonly assets: Assets
  readonly budgets: Budgets
  readonly decisions: Decisions
  readonly mandates: Mandates
  readonly quotes: Quotes
}

/** Makes a client. Nothing is sent until a method is called. */
export function createOrchestra(options: OrchestraOptions): Orchestra {
  const opened = openCore(options)
  return {
    ...createScreens(opened),
    assets: createAssets(opened.api),
    budgets: createBudgets(opened.api),
    decisions: createDecisions(opened.api),
    mandates: createMandates(opened.api),
    quotes: createQuotes(opened.api),
  }
}
