import { Problem, USD, type Id } from '@mcp-orchestra/kernel'
import { accountNames } from '../../ledger/index.ts'
import type { Payee } from '../payee/payee.ts'
import { requestIn, type RequestPayoutDeps } from './request-payout.ts'
import { periodStart } from './schedule.ts'

/** Payees looked at in one read. */
const PAYEES_PER_PAGE = 100

/**
 * Requests what is payable of every payee whose period has begun, once a period, when there is as much
 * as the payee asks for. In the name of the member who chose the schedule. Returns how many.
 */
export async function requestScheduled(deps: RequestPayoutDeps): Promise<number> {
  let requested = 0
  let after: Id<'org'> | undefined
  for (;;) {
    const query = { after, limit: PAYEES_PER_PAGE, scheduled: true }
    const payees = await deps.transactions.run((tx) => deps.payees.page(tx, query))
    for (const payee of payees) if (await requestOne(deps, payee)) requested += 1
    after = payees.at(-1)?.organizationId
    if (after === undefined) return requested
  }
}

async function requestOne(deps: RequestPayoutDeps, payee: Payee): Promise<boolean> {
  const start = periodStart(payee.schedule, deps.clock.now())
  if (start === undefined) return false
  const { organizationId, scheduledBy, minimum, schedule } = payee
  const key = `${schedule} ${start}`
  try {
    return await deps.transactions.run(async (tx) => {
      if ((await deps.payouts.ofRequest(tx, organizationId, key)) !== undefined) return false
      const payable = accountNames.payable(organizationId)
      const { available } = await deps.ledger.balance(tx, payable, USD.id)
      if (available < minimum) return false
      const requester = { organizationId, memberId: scheduledBy, actor: 'system' }
      await requestIn(deps, tx, requester, { amount: null, key })
      return true
    })
  } catch (error) {
    // Not approved yet, on hold, or above the limit without a member: the next hour asks again.
    if (error instanceof Problem && error.kind.status < 500) return false
    throw error
  }
}
