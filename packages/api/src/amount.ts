import { AMOUNT_MAX } from '@mcp-orchestra/kernel'
import { z } from 'zod'

/** A decimal string of atomic units, not negative, within `numeric(38,0)`. */
export const AmountText = z.string().regex(/^(0|[1-9]\d{0,37})$/)

/** Parses an amount that has passed {@link AmountText}. */
export function amountOf(text: string): bigint {
  const amount = BigInt(text)
  if (amount < 0n || amount > AMOUNT_MAX) throw new RangeError('amount out of range')
  return amount
}
