import type { Authorize, Principal } from '@mcp-orchestra/api/permission'
import { parseId, type Id } from '@mcp-orchestra/kernel'
import type { Payout } from '../../payout/payout.ts'
import type { Payouts } from '../../payout/create-payouts.ts'
import { refuse } from '../../problems.ts'
import { isOperator } from '../wired.ts'

/** What the handlers of payees and payouts work with. */
export type PayoutRoutes = { readonly authorize: Authorize; readonly payouts: Payouts }

/** A payout, for its publisher and for operators; to anybody else it is not there. */
export async function payoutFor(
  { payouts }: PayoutRoutes,
  principal: Principal,
  text: string,
): Promise<Payout> {
  const payout = await payouts.find(payoutId(text))
  if (payout.publisherId !== principal.organizationId && !isOperator(principal)) {
    throw refuse('payments.payout_not_found')
  }
  return payout
}

/** The id of a payout in a path; `payments.payout_not_found` when it cannot be one. */
export function payoutId(text: string): Id<'pay'> {
  const id = parseId('pay', text)
  if (id === undefined) throw refuse('payments.payout_not_found')
  return id
}

/** The organization of a payee in a path; `payments.payee_not_found` when it cannot be one. */
export function payeeId(text: string): Id<'org'> {
  const id = parseId('org', text)
  if (id === undefined) throw refuse('payments.payee_not_found')
  return id
}
