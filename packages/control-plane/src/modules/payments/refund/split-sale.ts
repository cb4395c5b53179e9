import { assert, BPS_WHOLE, divFloor, feeOnCumulative } from '@mcp-orchestra/kernel'

/** How sales are split: the platform's fee of the gross, then shares of the net, in the order of the waterfall. */
export type SplitRule = {
  readonly feeBps: number
  /** Basis points of the net, each; together at most all of it. */
  readonly shareBps: readonly number[]
}

/** The parts of an amount; they sum to it. */
export type SaleParts = {
  readonly fee: bigint
  /** In the order of the rule. */
  readonly shares: readonly bigint[]
  /** What is left to the publisher. */
  readonly publisher: bigint
}

/**
 * Splits a cumulative gross: the fee of it, then each share of what the steps before it left, every step rounded
 * down; the publisher gets the rest. No part shrinks when the gross grows, which a split by largest remainders
 * cannot promise, so each sale adds to every part zero or more (ADR-0025).
 */
export function splitSales(gross: bigint, { feeBps, shareBps }: SplitRule): SaleParts {
  const fee = feeOnCumulative(gross, feeBps)
  let rest = gross - fee
  let restBps = BPS_WHOLE
  const shares = shareBps.map((bps) => {
    if (bps === 0) return 0n
    const share = divFloor(rest * BigInt(bps), restBps)
    rest -= share
    restBps -= BigInt(bps)
    assert(restBps >= 0n, 'shares are at most all of the net')
    return share
  })
  return { fee, shares, publisher: rest }
}

/** What lies between two cumulative amounts: a sale that was added, or one that was taken back. */
export function splitBetween(less: bigint, more: bigint, rule: SplitRule): SaleParts {
  const [before, after] = [splitSales(less, rule), splitSales(more, rule)]
  return {
    fee: after.fee - before.fee,
    shares: after.shares.map((share, index) => share - (before.shares[index] ?? 0n)),
    publisher: after.publisher - before.publisher,
  }
}
