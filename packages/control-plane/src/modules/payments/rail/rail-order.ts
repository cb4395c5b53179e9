import {
  assert,
  money,
  type Id,
  type Instant,
  type Money,
  type Transaction,
} from '@mcp-orchestra/kernel'
import type { RailOrderKind, RailOutcome } from './rail-outcome.ts'

/** An order on a rail that is kept in our own database. */
export type RailOrder = {
  readonly rail: string
  readonly kind: RailOrderKind
  /** Its idempotency key, unique in (rail, kind). */
  readonly key: string
  readonly organizationId: Id<'org'>
  readonly amount: Money
  readonly state: 'pending' | 'done' | 'refused' | 'returned' | 'claimed' | 'released'
  /** Of a hold: what was claimed, in the asset's smallest unit. */
  readonly claimed: bigint
  /** The rail's own name for what is done. */
  readonly reference: string | null
  /** Why it was refused, or came back. */
  readonly reason: string | null
  readonly createdAt: Instant
}

/** What happens to an order. */
export type RailOrderChange = Pick<RailOrder, 'state'> &
  Partial<Pick<RailOrder, 'claimed' | 'reference' | 'reason'>>

/** Which order. */
export type RailOrderName = Pick<RailOrder, 'rail' | 'kind' | 'key'>

/** Where the orders of rails of our own are kept. */
export interface RailOrderStore {
  /** Writes it unless the key was used; others with this key wait for the commit. */
  addOnce(
    tx: Transaction,
    order: RailOrder,
  ): Promise<{ readonly order: RailOrder; readonly isNew: boolean }>
  /** Locked until commit. */
  lock(tx: Transaction, name: RailOrderName): Promise<RailOrder | undefined>
  find(tx: Transaction, name: RailOrderName): Promise<RailOrder | undefined>
  change(tx: Transaction, name: RailOrderName, change: RailOrderChange, at: Instant): Promise<void>
}

/** What an order says to whoever asks. */
export function outcomeOf(order: RailOrder | undefined): RailOutcome {
  switch (order?.state) {
    case undefined:
      return { kind: 'absent' }
    case 'pending':
      return { kind: 'pending' }
    case 'done':
      return { kind: 'done', reference: order?.reference ?? '' }
    case 'refused':
      return { kind: 'refused', reason: order?.reason ?? '' }
    case 'returned':
      return { kind: 'returned', reason: order?.reason ?? '' }
    case 'claimed':
      assert(order !== undefined, 'it has a state')
      return { kind: 'claimed', amount: money(order.claimed, order.amount.asset) }
    case 'released':
      return { kind: 'released' }
  }
}
