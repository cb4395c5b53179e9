import type { Id, Instant, Money } from '@mcp-orchestra/kernel'

/** Money that the operator put on an organization's balance by the demo rail. */
export type TopUp = {
  readonly operatorId: Id<'org'>
  readonly idempotencyKey: string
  readonly organizationId: Id<'org'>
  readonly amount: Money
  readonly transferId: Id<'txn'>
  readonly createdAt: Instant
}
