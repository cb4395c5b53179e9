/** All of an amount, in basis points. */
const WHOLE_BPS = 10_000n

/** What becomes of an amount: the platform's fee and the publisher's rest, atomic units; they add up to it. */
export type FeeSplit = { readonly fee: bigint; readonly rest: bigint }

/**
 * Splits what was paid, as the ledger does: the fee on the cumulative amount is rounded down and the
 * publisher gets the rest (ADR-0012).
 */
export function splitFee(paid: bigint, feeBps: number): FeeSplit {
  const fee = (paid * BigInt(feeBps)) / WHOLE_BPS
  return { fee, rest: paid - fee }
}

/** Basis points as a percentage without a float: 250 is "2.5". */
export function percentOfBps(feeBps: number): string {
  const digits = feeBps.toString().padStart(3, '0')
  const fraction = digits.slice(-2).replace(/0+$/, '')
  return fraction === '' ? digits.slice(0, -2) : `${digits.slice(0, -2)}.${fraction}`
}
