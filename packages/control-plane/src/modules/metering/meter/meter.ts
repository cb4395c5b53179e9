import type { Id, Instant } from '@mcp-orchestra/kernel'
import type { Aggregation } from './aggregation.ts'

/** What an organization counts by itself. A definition never changes: another one is another meter. */
export type Meter = {
  readonly id: Id<'mtr'>
  readonly organizationId: Id<'org'>
  /** How events name it; once in an organization, also when it is archived. */
  readonly key: string
  readonly name: string
  /** What one of it is, for people: `page`, `GB`. */
  readonly unit: string
  readonly aggregation: Aggregation
  readonly createdAt: Instant
  /** Takes no events any more; what it measured stays. */
  readonly archivedAt: Instant | null
}

/** Something that happened, as its organization reports it. */
export type MeterEvent = {
  readonly organizationId: Id<'org'>
  /** Made by the reporter, once in an organization: the same again changes nothing. */
  readonly eventId: string
  readonly meterId: Id<'mtr'>
  /** Whose it is: a customer, a user, a device. */
  readonly subject: string
  readonly at: Instant
  /** In {@link QUANTITY_SCALE} decimal places; null where the aggregation needs none. */
  readonly quantity: bigint | null
  /** What `unique` tells apart. */
  readonly member: string | null
  readonly receivedAt: Instant
  /** Who reported it: a key or a member. */
  readonly reporter: string
}
