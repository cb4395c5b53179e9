import type { Agreement } from '../month/month.ts'
import { fraction, roundedDown, roundedUp, times } from './fraction.ts'
import type { Rules } from './rules.ts'

const WHOLE_BPS = 10_000n

/** Who gets what of an amount; the parts sum to it. */
export type Parts = {
  readonly fee: bigint
  /** In the order of the agreement. */
  readonly shares: readonly bigint[]
  readonly publisher: bigint
}

/** The platform's fee of what was kept of all sales of one payer, publisher and agreement. */
export function feeOf(kept: bigint, { feeBps, roundsFee }: Rules): bigint {
  const fee = times(fraction(feeBps, WHOLE_BPS), kept)
  return roundsFee === 'down' ? roundedDown(fee) : roundedUp(fee)
}

/**
 * The waterfall of docs/guides/revenue-shares.md and ADR-0025 on all that was kept: the fee, then each share as its part
 * of what the steps before it left, each rounded down; the publisher has the rest.
 */
export function partsOf(kept: bigint, agreement: Agreement | undefined, rules: Rules): Parts {
  const fee = feeOf(kept, rules)
  let left = rules.sharesOf === 'all' ? kept : kept - fee
  let leftBps = WHOLE_BPS
  const shares: bigint[] = []
  for (const { bps } of agreement?.parties ?? []) {
    const share = bps === 0 ? 0n : roundedDown(times(fraction(BigInt(bps), leftBps), left))
    shares.push(share)
    left -= share
    leftBps -= BigInt(bps)
  }
  const shared = shares.reduce((sum, share) => sum + share, 0n)
  return { fee, shares, publisher: kept - fee - shared }
}
