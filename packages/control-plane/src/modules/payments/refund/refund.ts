import type { AssetId, Id, Instant } from '@mcp-orchestra/kernel'

/** What was given back of a call: it never changes. Amounts in the asset's smallest unit. */
export type Refund = {
  readonly id: Id<'rfd'>
  readonly eventId: Id<'evt'>
  readonly payerId: Id<'org'>
  readonly publisherId: Id<'org'>
  readonly serverId: Id<'srv'>
  readonly tool: string
  readonly asset: AssetId
  /** What the payer got back. */
  readonly amount: bigint
  /** What of it came from the platform's fees. */
  readonly fee: bigint
  /** The agreement on shares of the call, and what of the amount came from each who has one, in its order. */
  readonly shareId: Id<'shr'> | null
  readonly shares: readonly bigint[]
  /** What of it those who had earned it did not have any more, and owe since. */
  readonly owed: bigint
  readonly reason: string
  /** When the call was made. */
  readonly calledAt: Instant
  /** Who gave it: the publisher or the operator. */
  readonly givenBy: Id<'org'>
  readonly idempotencyKey: string
  readonly createdAt: Instant
}
