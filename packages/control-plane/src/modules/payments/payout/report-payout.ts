import type { Principal } from '@mcp-orchestra/api/permission'
import type { Id } from '@mcp-orchestra/kernel'
import { actorOf } from '../actor.ts'
import { refuse } from '../problems.ts'
import { payoutRail, type Rails } from '../rail/create-rails.ts'
import type { RailOutcome } from '../rail/rail-outcome.ts'
import type { PayoutReport } from '../rail/rail.ts'
import { concludePayout, type ConcludePayoutDeps } from './conclude-payout.ts'
import { reread } from './decide-payout.ts'
import type { Payout } from './payout.ts'

/** What each word of a person comes to on the rail. */
const MEANS = { paid: 'done', failed: 'refused', returned: 'returned' } as const satisfies Record<
  PayoutReport['kind'],
  RailOutcome['kind']
>

/**
 * The operator's word for a payout that is carried out by hand: paid, failed, or paid and come back. A
 * rail that speaks for itself is never contradicted. The same word again changes nothing. Audited.
 */
export async function reportPayout(
  deps: ConcludePayoutDeps & { readonly rails: Rails },
  principal: Principal,
  id: Id<'pay'>,
  report: PayoutReport,
): Promise<Payout> {
  const payout = await deps.transactions.run((tx) => reread(deps, tx, id))
  const { byHand } = payoutRail(deps.rails, payout.rail).payouts
  if (byHand === undefined) throw refuse('payments.rail_speaks_for_itself')
  const outcome = await byHand.report(id, report)
  const isSame =
    outcome.kind !== 'done' || report.kind !== 'paid' || outcome.reference === report.reference
  if (outcome.kind !== MEANS[report.kind] || !isSame) {
    throw refuse('payments.payout_state', {
      detail: `It cannot be said to be ${report.kind}: the rail has it as ${outcome.kind}.`,
    })
  }
  return concludePayout(deps, id, outcome, actorOf(principal))
}
