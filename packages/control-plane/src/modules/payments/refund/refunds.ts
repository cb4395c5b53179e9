import type { Principal } from '@mcp-orchestra/api/permission'
import { parseId, type Id } from '@mcp-orchestra/kernel'
import type { PaymentsDeps } from '../deps.ts'
import { refuse } from '../problems.ts'
import { giveRefund, type GiveRefundDeps } from './give-refund.ts'
import type { RefundPageQuery } from './ports.ts'
import type { Refund } from './refund.ts'

/** What somebody wants to give back of a call. */
export type RefundWish = {
  readonly eventId: string
  /** In the asset's smallest unit; undefined: all that is left of the call. */
  readonly amount: bigint | undefined
  readonly reason: string
  readonly idempotencyKey: string
}

/** Refunds of calls. */
export interface Refunds {
  /** By the publisher of the call or the operator; anybody else is refused. */
  give(principal: Principal, wish: RefundWish): Promise<Refund>
  /** For the payer, the publisher or the operator; a stranger learns nothing (404). */
  get(principal: Principal, id: string): Promise<Refund>
  /** Newest first. */
  list(query: RefundPageQuery): Promise<Refund[]>
}

/** Makes refunds on their stores. */
export function createRefunds(deps: GiveRefundDeps & Pick<PaymentsDeps, 'transactions'>): Refunds {
  return {
    async give(principal, { eventId, ...wish }) {
      const event = await deps.metering.usageEvent(principal, eventId)
      if (!isParty(principal, event.publisherId)) throw refuse('payments.refund_not_yours')
      return deps.transactions.run((tx) =>
        giveRefund(deps, tx, {
          ...wish,
          event,
          givenBy: principal.organizationId,
          actor: principal.keyId ?? principal.memberId ?? 'system',
        }),
      )
    },
    async get(principal, text) {
      const id = parseId('rfd', text)
      const refund =
        id === undefined
          ? undefined
          : await deps.transactions.run((tx) => deps.refunds.find(tx, id))
      if (refund === undefined || !isParty(principal, refund.payerId, refund.publisherId)) {
        throw refuse('payments.refund_not_found')
      }
      return refund
    },
    list: (query) => deps.transactions.run((tx) => deps.refunds.page(tx, query)),
  }
}

/** Whether somebody asks for one of these organizations, or runs the platform. */
function isParty(
  { organizationId, permissions }: Principal,
  ...parties: readonly Id<'org'>[]
): boolean {
  return permissions.has('platform:operate') || parties.includes(organizationId)
}
