import { assert } from '@mcp-orchestra/kernel'

/** A `bigint` column that counts things, never money, as a number; beyond 2^53 it is a bug. */
export function toSafeInt(value: bigint): number {
  const count = Number.parseInt(value.toString(), 10)
  assert(Number.isSafeInteger(count), 'a count fits a number')
  return count
}
