import type { Id, Instant, Money } from '@mcp-orchestra/kernel'

/** Where a payout stands, and what may follow: nothing else ever does (kept by the database, too). */
export const PAYOUT_STEPS = {
  /** Held, and waits for a second person. */
  requested: ['approved', 'cancelled'],
  approved: ['sending', 'cancelled'],
  /** The intent is durable: the rail has it, or will. */
  sending: ['paid', 'failed', 'unknown'],
  /** Nobody can say what became of it: it has a case, and is asked about, never sent again blindly. */
  unknown: ['paid', 'failed', 'sending'],
  paid: ['returned'],
  failed: [],
  returned: [],
  cancelled: [],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** One of {@link PAYOUT_STEPS}. */
export type PayoutState = keyof typeof PAYOUT_STEPS

/** Earnings of a publisher on their way to it. */
export type Payout = {
  readonly id: Id<'pay'>
  readonly publisherId: Id<'org'>
  /** The idempotency key of the request. */
  readonly requestKey: string
  readonly rail: string
  readonly destinationVersion: number
  /** What people recognize the destination by. */
  readonly hint: string
  readonly amount: Money
  /** What was asked for, in the asset's smallest unit; null: all that there was. */
  readonly asked: bigint | null
  readonly state: PayoutState
  readonly requestedBy: string
  readonly requestedMember: Id<'mbr'> | null
  /** Above the limit: a second member must approve it. */
  readonly needsApproval: boolean
  /** Who approved it, or `rule` where nobody had to. */
  readonly approvedBy: string | null
  readonly approvedMember: Id<'mbr'> | null
  /** The rail's own name for it, once it is paid. */
  readonly reference: string | null
  /** Why it is unknown, failed or came back. */
  readonly reason: string | null
  readonly requestedAt: Instant
  readonly approvedAt: Instant | null
  readonly sentAt: Instant | null
  /** When it was paid, failed or cancelled. */
  readonly endedAt: Instant | null
}

/** Whether one state may follow another. */
export function mayFollow(from: PayoutState, to: PayoutState): boolean {
  const steps: readonly PayoutState[] = PAYOUT_STEPS[from]
  return steps.includes(to)
}
