import { assert, Problem, type Id } from '@mcp-orchestra/kernel'
import { sealContextOf } from '../payee/payee.ts'
import { knownRail } from '../rail/create-rails.ts'
import type { Destination } from '../rail/destination.ts'
import type { Rail, RailRequest } from '../rail/rail.ts'
import type { RailOutcome } from '../rail/rail-outcome.ts'
import { concludePayout, stepPayout, type ConcludePayoutDeps } from './conclude-payout.ts'
import { lockPayout } from './decide-payout.ts'
import type { PayoutsDeps } from './deps.ts'
import type { Payout } from './payout.ts'
import { payablePayee, requireThawed } from './request-payout.ts'

/** What carrying payouts out needs. */
export type CarryPayoutsDeps = ConcludePayoutDeps &
  Pick<PayoutsDeps, 'epochs' | 'payees' | 'rails' | 'gate' | 'seal'>

/** Payouts looked at in one read: their ids are few kilobytes. */
const PAYOUTS_PER_PAGE = 100

/** Carries every payout that is under way one step further; returns how many changed. */
export async function carryPayouts(deps: CarryPayoutsDeps): Promise<number> {
  let moved = 0
  let after: Id<'pay'> | undefined
  for (;;) {
    const from = after
    const ids = await deps.transactions.run((tx) =>
      deps.payouts.underWay(tx, from, PAYOUTS_PER_PAGE),
    )
    for (const id of ids) if (await carryPayout(deps, id)) moved += 1
    after = ids.at(-1)
    if (after === undefined) return moved
  }
}

/**
 * Intent → effect → outcome, each durable before the next. A process that dies between them leaves a
 * payout that is `sending`: the next run asks the rail, and sends again, under the same key, only what
 * the rail says it never heard of. Returns whether it changed.
 */
export async function carryPayout(deps: CarryPayoutsDeps, id: Id<'pay'>): Promise<boolean> {
  const begun = await begin(deps, id)
  if (begun === undefined) return false
  const { payout, isNew } = begun
  const rail = knownRail(deps.rails, payout.rail)
  const outcome = isNew ? await send(rail, begun) : await ask(rail, begun)
  const after = await concludePayout(deps, id, outcome)
  return isNew || after.state !== payout.state
}

type Begun = {
  readonly payout: Payout
  /** Whether this call wrote the intent. */
  readonly isNew: boolean
  readonly request: RailRequest & { readonly destination: Destination }
}

/** Writes the intent, or finds the one that is there; undefined when it has to wait. */
async function begin(deps: CarryPayoutsDeps, id: Id<'pay'>): Promise<Begun | undefined> {
  try {
    return await deps.transactions.run(async (tx) => {
      await requireThawed(deps, tx)
      const payout = await lockPayout(deps, tx, id)
      const { publisherId, destinationVersion, amount } = payout
      const isNew = payout.state === 'approved'
      if (!isNew && payout.state !== 'sending' && payout.state !== 'unknown') return undefined
      if (isNew) {
        await payablePayee(deps, tx, publisherId)
        await stepPayout(deps, tx, payout, { state: 'sending' })
      }
      const kept = await deps.payees.destination(tx, publisherId, destinationVersion)
      assert(kept !== undefined, 'a destination is never removed')
      const context = sealContextOf(publisherId, destinationVersion)
      const destination = readDestination(deps.seal.open(kept.sealed, context))
      const request = { key: id, organizationId: publisherId, amount, destination }
      return { payout, isNew, request }
    })
  } catch (error) {
    // A hold, a new destination or a frozen epoch: it stays as it is until that is over.
    if (error instanceof Problem && WAITS_FOR.has(error.code)) return undefined
    throw error
  }
}

const WAITS_FOR: ReadonlySet<string> = new Set([
  'payments.epoch_frozen',
  'payments.payee_on_hold',
  'payments.payee_not_approved',
])

/** What was sealed was validated when it came in, and nobody can seal anything else. */
export function readDestination(text: string): Destination {
  return JSON.parse(text) as Destination
}

async function send(rail: Rail, { request }: Begun): Promise<RailOutcome> {
  assert(rail.payouts !== undefined, 'the rail of a payout pays out')
  try {
    return await rail.payouts.send(request)
  } catch (error) {
    // It may have been heard all the same: only the rail can say.
    return { kind: 'unknown', reason: `The rail did not answer: ${reasonOf(error)}` }
  }
}

async function ask(rail: Rail, begun: Begun): Promise<RailOutcome> {
  try {
    const outcome = await rail.status('payout', begun.payout.id)
    return outcome.kind === 'absent' ? await send(rail, begun) : outcome
  } catch (error) {
    return { kind: 'unknown', reason: `The rail did not answer: ${reasonOf(error)}` }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'an error that says nothing'
}
