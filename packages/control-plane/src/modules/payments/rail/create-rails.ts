import { assert } from '@mcp-orchestra/kernel'
import { refuse } from '../problems.ts'
import { createBalanceRail, type BalanceRailDeps } from './balance-rail.ts'
import { createBankRail } from './bank-rail.ts'
import type { Rail } from './rail.ts'

/** The rails of this platform, by name. */
export type Rails = ReadonlyMap<string, Rail>

/** Makes every rail. */
export function createRails(deps: BalanceRailDeps): Rails {
  const rails = [createBalanceRail(deps), createBankRail(deps)]
  return new Map(rails.map((rail) => [rail.name, rail]))
}

/** A rail that pays out, as somebody names it; `payments.rail_unknown` when there is none. */
export function payoutRail(rails: Rails, name: string): Required<Pick<Rail, 'payouts'>> & Rail {
  const rail = rails.get(name)
  if (rail?.payouts === undefined) throw refuse('payments.rail_unknown')
  return { ...rail, payouts: rail.payouts }
}

/** The rail of something that was written down with its name: it is still there. */
export function knownRail(rails: Rails, name: string): Rail {
  const rail = rails.get(name)
  assert(rail !== undefined, 'a rail that money went over is not removed')
  return rail
}
