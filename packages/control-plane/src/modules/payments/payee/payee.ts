import type { Id, Instant } from '@mcp-orchestra/kernel'

/** How often a publisher is paid without asking; `none`: only when it asks. */
export const PAYOUT_SCHEDULES = ['none', 'daily', 'weekly', 'monthly'] as const
/** One of {@link PAYOUT_SCHEDULES}. */
export type PayoutSchedule = (typeof PAYOUT_SCHEDULES)[number]

/** Where and how a publisher is paid. */
export type Payee = {
  readonly organizationId: Id<'org'>
  readonly rail: string
  /** Of the destination: each change is a new one, and waits for its own approval. */
  readonly version: number
  /** What people recognize the destination by. */
  readonly hint: string
  readonly schedule: PayoutSchedule
  /** The member who chose the schedule: payouts by it are made in their name. */
  readonly scheduledBy: Id<'mbr'> | null
  /** Payouts by schedule wait until there is this much, in atto-USD. */
  readonly minimum: bigint
  /** Who approved this version of the destination; null: nobody has. */
  readonly approvedBy: string | null
  readonly approvedAt: Instant | null
  /** Why nothing is paid now; null: nobody stops it. */
  readonly hold: string | null
  readonly savedAt: Instant
}

/** A destination as it is written down: one version of it, sealed. */
export type PayeeDestination = {
  readonly organizationId: Id<'org'>
  readonly version: number
  readonly rail: string
  readonly sealed: Buffer
  readonly hint: string
  readonly addedBy: string
  readonly addedAt: Instant
}

/** What a sealed destination is bound to: it opens in its own row only. */
export function sealContextOf(organizationId: Id<'org'>, version: number): string {
  return `payee ${organizationId} ${version}`
}
