import type { AssetId, Id, Transaction } from '@mcp-orchestra/kernel'
import type { Refund } from './refund.ts'

/** What a call was charged, and what of it was given back. */
export type Capture = {
  readonly eventId: Id<'evt'>
  readonly asset: AssetId
  readonly captured: bigint
  readonly refunded: bigint
}

/** Refunds: added, never changed; the database lets none exceed what was charged. */
export interface RefundStore {
  /** Locks what a call was charged until commit; writes it down the first time. */
  lockCapture(tx: Transaction, capture: Omit<Capture, 'refunded'>): Promise<Capture>
  /** What stands under a key of somebody. */
  ofKey(tx: Transaction, givenBy: Id<'org'>, key: string): Promise<Refund | undefined>
  /** False when the key was used for another call meanwhile. */
  add(tx: Transaction, refund: Refund): Promise<boolean>
  find(tx: Transaction, id: Id<'rfd'>): Promise<Refund | undefined>
  /** What was given back of the calls of a publisher's server in a month: each refund. */
  ofServer(
    tx: Transaction,
    query: {
      readonly publisherId: Id<'org'>
      readonly serverId: Id<'srv'>
      readonly month: string
    },
  ): Promise<Refund[]>
  /** Newest first. */
  page(tx: Transaction, query: RefundPageQuery): Promise<Refund[]>
}

/** Which refunds: those that an organization got, gave or bears; null for all. */
export type RefundPageQuery = {
  readonly organizationId: Id<'org'> | null
  readonly side: 'payer' | 'publisher' | 'any'
  readonly eventId: Id<'evt'> | undefined
  readonly before: Id<'rfd'> | undefined
  readonly limit: number
}
