import type { Principal } from '@mcp-orchestra/api/permission'
import type { Transactions } from '@mcp-orchestra/kernel'
import type { Metering, Price, UsageEvent } from '../../metering/index.ts'
import type { ShareStore } from '../share/ports.ts'
import { splitOfCall, type CallPart } from '../share/split-of-call.ts'
import type { LeaseStore, TakenWindow } from '../ports.ts'
import { decide, type Decided } from './decide.ts'
import type { DecisionHooks } from './hooks.ts'

/** Everything that decided a call, and the same worked out again. */
export type CallDecision = {
  readonly event: UsageEvent
  readonly price: Price | undefined
  /** The windows that its lease was taken from; undefined for who is neither its payer nor an operator. */
  readonly windows: readonly TakenWindow[] | undefined
  /** Who got what was paid; undefined for a call whose fee was not written down. */
  readonly parts: readonly CallPart[] | undefined
  readonly hooks: DecisionHooks
  readonly decided: Decided
}

/** Charge decisions of posted calls. They are not stored: what they are made of never changes. */
export interface Decisions {
  /** Of one call, for its payer, its publisher or the operator; a stranger learns nothing (404). */
  ofEvent(principal: Principal, eventId: string): Promise<CallDecision>
}

/** What decisions are made from. */
export type DecisionsDeps = {
  readonly transactions: Transactions
  readonly metering: Pick<Metering, 'usageEvent' | 'prices'>
  readonly leases: Pick<LeaseStore, 'takenWindowsOf'>
  readonly shares: Pick<ShareStore, 'find'>
  readonly hooks: DecisionHooks
}

/** Makes decisions. */
export function createDecisions(deps: DecisionsDeps): Decisions {
  const { hooks, leases, metering, shares, transactions } = deps
  return {
    async ofEvent(principal, eventId) {
      const event = await metering.usageEvent(principal, eventId)
      const { leaseId, payerId, priceId, shareId } = event
      const { permissions, organizationId } = principal
      // What caps a payer has set is no publisher's business.
      const isPayers = organizationId === payerId || permissions.has('platform:operate')
      return transactions.run(async (tx) => {
        const [price] = priceId === null ? [] : await metering.prices(tx, [priceId])
        const taken = leaseId === null ? [] : await leases.takenWindowsOf(tx, leaseId)
        const windows = isPayers ? taken : undefined
        const agreement = shareId === null ? undefined : await shares.find(tx, shareId)
        const parts = splitOfCall(event, agreement)
        return { event, price, windows, parts, hooks, decided: decide(event, price) }
      })
    },
  }
}
