/** A bound that the product promises, and what was measured beside it. */
export type Bound = {
  readonly name: string
  readonly wanted: string
  /** Undefined when this run did not measure it. */
  readonly measured: string | undefined
  readonly isMet: boolean | undefined
  /** What a reader must know to judge it. */
  readonly note: string
}

/** Compares a value with its limit; NaN counts as not measured. */
export function judge(
  {
    name,
    kind,
    limit,
    unit = '',
  }: {
    readonly name: string
    readonly kind: 'at least' | 'at most'
    readonly limit: number
    readonly unit?: string
  },
  value: number | undefined,
  note = '',
): Bound {
  const wanted = `${kind === 'at least' ? '≥' : '≤'} ${limit}${unit}`
  if (value === undefined || !Number.isFinite(value)) {
    return { name, wanted, measured: undefined, isMet: undefined, note }
  }
  const isMet = kind === 'at least' ? value >= limit : value <= limit
  return { name, wanted, measured: `${value.toFixed(value < 10 ? 3 : 1)}${unit}`, isMet, note }
}

/** How a bound ended, in one word. */
export function verdictOf({ isMet }: Bound): 'met' | 'NOT MET' | 'not measured' {
  if (isMet === undefined) return 'not measured'
  return isMet ? 'met' : 'NOT MET'
}
