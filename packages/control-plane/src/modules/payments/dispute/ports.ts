import type { Id, Instant, Transaction } from '@mcp-orchestra/kernel'
import type { Dispute, DisputeState } from './dispute.ts'

/** Disputes: opened, and closed once. */
export interface DisputeStore {
  /** Those of a call, oldest first. */
  ofEvent(tx: Transaction, eventId: Id<'evt'>): Promise<Dispute[]>
  add(tx: Transaction, dispute: Dispute): Promise<void>
  find(tx: Transaction, id: Id<'dsp'>): Promise<Dispute | undefined>
  close(
    tx: Transaction,
    id: Id<'dsp'>,
    closing: Pick<Dispute, 'answer' | 'refundId'> & {
      readonly state: Exclude<DisputeState, 'open'>
      readonly closedAt: Instant
    },
  ): Promise<void>
  /** Newest first. */
  page(tx: Transaction, query: DisputePageQuery): Promise<Dispute[]>
}

/** Which disputes: those of an organization, as payer or as publisher; null for all. */
export type DisputePageQuery = {
  readonly organizationId: Id<'org'> | null
  readonly state: DisputeState | undefined
  readonly before: Id<'dsp'> | undefined
  readonly limit: number
}
