import { divFloor } from '@mcp-orchestra/kernel'

/** Atto-USD in a cent. */
export const ATTO_PER_CENT = 10n ** 16n

/** Lines in whole cents, and what is carried to the next invoice, in atto-USD. */
export type RoundedLines = { readonly cents: readonly bigint[]; readonly carriedOut: bigint }

/**
 * Rounds each line once. The total is all of them and what was carried here, rounded down; the cents that single lines
 * lose by it go to the largest remainders, one each (equal ones: the first), and what is less than a cent is carried on:
 * over all invoices nothing is lost or made. A line below zero is rounded down like the others.
 */
export function roundLines(exact: readonly bigint[], carriedIn: bigint): RoundedLines {
  const sum = exact.reduce((total, amount) => total + amount, carriedIn)
  const totalCents = divFloor(sum, ATTO_PER_CENT)
  const lines = exact.map((amount, index) => {
    const cents = divFloor(amount, ATTO_PER_CENT)
    return { index, cents, remainder: amount - cents * ATTO_PER_CENT }
  })
  let left = lines.reduce((rest, { cents }) => rest - cents, totalCents)
  const byRemainder = lines.toSorted(
    (a, b) => Number(b.remainder > a.remainder) - Number(b.remainder < a.remainder),
  )
  // What was carried here may be a cent too many for one round, or below zero after a credit note.
  while (left !== 0n && lines.length > 0) {
    const step = left > 0n ? 1n : -1n
    for (const line of left > 0n ? byRemainder : byRemainder.toReversed()) {
      if (left === 0n) break
      line.cents += step
      left -= step
    }
  }
  const carriedOut = sum - lines.reduce((total, { cents }) => total + cents, 0n) * ATTO_PER_CENT
  return { cents: lines.map(({ cents }) => cents), carriedOut }
}
