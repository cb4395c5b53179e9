import type { AssetId, Id, Instant } from '@mcp-orchestra/kernel'

/** What a line of a statement is. Together the lines of a statement are the payout, to the unit. */
export type StatementLineKind =
  /** What the statement before left on the accounts. */
  | 'carried_in'
  /** What calls of one server brought in one month, before fees. */
  | 'earnings'
  /** What payment streams of one server brought in one month, before fees. */
  | 'streams'
  /** What the platform took of it. */
  | 'fees'
  /** Refunds, shares of others and whatever else moved on the accounts, net. */
  | 'adjustments'
  /** Earlier payouts that failed, were cancelled or came back. */
  | 'paid_back'
  /** What this statement leaves on the accounts, as less than nothing. */
  | 'carried_out'

/** One line. */
export type StatementLine = {
  readonly kind: StatementLineKind
  readonly serverId: Id<'srv'> | null
  /** `YYYY-MM` in UTC. */
  readonly month: string | null
  /** In the asset's smallest unit; below zero where it makes the payout smaller. */
  readonly amount: bigint
}

/** Where the amount of a payout comes from; it never changes. */
export type Statement = {
  readonly payoutId: Id<'pay'>
  readonly publisherId: Id<'org'>
  /** 1, 2, 3, … of one publisher. */
  readonly number: number
  readonly asset: AssetId
  readonly amount: bigint
  readonly lines: readonly StatementLine[]
  /** The moment that it was read at. */
  readonly drawnAt: Instant
}
