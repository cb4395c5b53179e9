import type { Id } from '@mcp-orchestra/kernel'
import type { StatementLine, StatementLineKind } from './statement.ts'

/** What calls or streams of one server brought in one month, all in all. */
export type Earned = {
  readonly kind: 'earnings' | 'streams'
  readonly serverId: Id<'srv'>
  readonly month: string
  readonly amount: bigint
}

/** Everything that a statement is drawn from, all of it read at one moment, in the asset's smallest unit. */
export type Tallies = {
  readonly earned: readonly Earned[]
  /** What the platform took of all of it. */
  readonly fees: bigint
  /** What is on the publisher's accounts and held by no payout; less than nothing when it owes. */
  readonly standing: bigint
  /** Payouts that are under way or paid, this one and those without a statement included. */
  readonly live: bigint
  /** Those of them that have no statement yet, but for this one. */
  readonly unstated: bigint
  /** Payouts with a statement that failed, were cancelled or came back. */
  readonly paidBack: bigint
}

/** What stands on earlier statements: sums of their lines, and what the last one left. */
export type Stated = {
  readonly sums: readonly StatementLine[]
  readonly carried: bigint
}

/**
 * The lines of the next statement: what came since the one before, by difference of cumulative amounts,
 * so that neither order nor number of statements changes what all of them say together. They sum to the
 * payout exactly: adjustments are what the accounts say beside sales, fees and payouts.
 */
export function drawLines(tallies: Tallies, stated: Stated): StatementLine[] {
  const before = (kind: StatementLineKind, serverId: string | null, month: string | null) =>
    stated.sums
      .filter((line) => line.kind === kind && line.serverId === serverId && line.month === month)
      .reduce((sum, { amount }) => sum + amount, 0n)
  const whole = (kind: StatementLineKind, total: bigint): StatementLine => ({
    kind,
    serverId: null,
    month: null,
    amount: total - before(kind, null, null),
  })
  const gross = tallies.earned.reduce((sum, { amount }) => sum + amount, 0n)
  const adjustments = tallies.standing + tallies.live - gross + tallies.fees
  const lines: StatementLine[] = [
    { kind: 'carried_in', serverId: null, month: null, amount: stated.carried },
    ...tallies.earned.map(({ kind, serverId, month, amount }) => ({
      kind,
      serverId,
      month,
      amount: amount - before(kind, serverId, month),
    })),
    whole('fees', -tallies.fees),
    whole('adjustments', adjustments),
    whole('paid_back', tallies.paidBack),
    {
      kind: 'carried_out',
      serverId: null,
      month: null,
      amount: -(tallies.standing + tallies.unstated),
    },
  ]
  return lines.filter(({ amount }) => amount !== 0n)
}
