/** An exact number; the divisor is above zero. */
export type Fraction = { readonly over: bigint; readonly under: bigint }

/** `over / under`. */
export function fraction(over: bigint, under = 1n): Fraction {
  if (under <= 0n) throw new RangeError('a fraction divides by more than nothing')
  return { over, under }
}

/** The exact sum. */
export function plus(a: Fraction, b: Fraction): Fraction {
  return { over: a.over * b.under + b.over * a.under, under: a.under * b.under }
}

/** So many of it. */
export function times({ over, under }: Fraction, count: bigint): Fraction {
  return { over: over * count, under }
}

/** The whole units in it, towards minus infinity. */
export function roundedDown({ over, under }: Fraction): bigint {
  const rest = ((over % under) + under) % under
  return (over - rest) / under
}

/** The least whole number that is not less. */
export function roundedUp({ over, under }: Fraction): bigint {
  return -roundedDown({ over: -over, under })
}
