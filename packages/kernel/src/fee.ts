import { divFloor } from './division.ts'

/** Basis points in a whole: 10,000 bps are 100 %. */
export const BPS_WHOLE = 10_000n

/**
 * Platform fee on the cumulative gross of one (payer, publisher, asset), in the asset's smallest
 * unit, rounded down; the publisher gets the rest (architecture §10, ADR-0012).
 */
export function feeOnCumulative(grossCumulative: bigint, feeBps: number): bigint {
  return divFloor(grossCumulative * BigInt(feeBps), BPS_WHOLE)
}

/** The fee that a further gross amount adds: the difference of two cumulative fees, so order and batching never matter. */
export function feeDelta(grossBefore: bigint, grossAdded: bigint, feeBps: number): bigint {
  return feeOnCumulative(grossBefore + grossAdded, feeBps) - feeOnCumulative(grossBefore, feeBps)
}
