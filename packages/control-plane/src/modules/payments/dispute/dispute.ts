import type { AssetId, Id, Instant } from '@mcp-orchestra/kernel'

/** How a dispute stands: the publisher gave in, the operator refused it, or the payer took it back. */
export const DISPUTE_STATES = ['open', 'accepted', 'rejected', 'withdrawn'] as const
/** One of {@link DISPUTE_STATES}. */
export type DisputeState = (typeof DISPUTE_STATES)[number]

/** A payer contests what a call was charged. Amounts in the asset's smallest unit. */
export type Dispute = {
  readonly id: Id<'dsp'>
  readonly eventId: Id<'evt'>
  readonly payerId: Id<'org'>
  readonly publisherId: Id<'org'>
  readonly serverId: Id<'srv'>
  readonly tool: string
  readonly asset: AssetId
  /** What the payer wants back. */
  readonly amount: bigint
  /** What of the publisher's part was found, and stands on its reserve while the dispute is open. */
  readonly held: bigint
  readonly reason: string
  readonly state: DisputeState
  /** What whoever closed it said. */
  readonly answer: string | null
  readonly refundId: Id<'rfd'> | null
  readonly openedAt: Instant
  readonly closedAt: Instant | null
}
