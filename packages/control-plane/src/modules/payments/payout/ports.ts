import type { Id, Instant, Transaction } from '@mcp-orchestra/kernel'
import type { Payout, PayoutState } from './payout.ts'

/** Payouts; only where they stand ever changes. */
export interface PayoutStore {
  add(tx: Transaction, payout: Payout): Promise<void>
  find(tx: Transaction, id: Id<'pay'>): Promise<Payout | undefined>
  /** Held against change until commit. */
  lock(tx: Transaction, id: Id<'pay'>): Promise<Payout | undefined>
  ofRequest(tx: Transaction, publisherId: Id<'org'>, key: string): Promise<Payout | undefined>
  step(tx: Transaction, id: Id<'pay'>, step: PayoutStep, at: Instant): Promise<void>
  /** Newest first. */
  page(tx: Transaction, query: PayoutPageQuery): Promise<Payout[]>
  /** Those that are approved, under way or unknown, oldest first, after an id. */
  underWay(tx: Transaction, after: Id<'pay'> | undefined, limit: number): Promise<Id<'pay'>[]>
}

/** Where a payout stands now, and what is known of it besides. */
export type PayoutStep = {
  readonly state: PayoutState
  readonly approvedBy?: string
  readonly approvedMember?: Id<'mbr'>
  readonly reference?: string
  readonly reason?: string
}

/** Which payouts; null for all publishers. */
export type PayoutPageQuery = {
  readonly publisherId: Id<'org'> | null
  readonly state: PayoutState | undefined
  readonly before: Id<'pay'> | undefined
  readonly limit: number
}
