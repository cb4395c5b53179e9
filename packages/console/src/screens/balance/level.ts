/** Hours of a day. */
const DAY_HOURS = 24n

/** How long the money lasts: `hours` is whole hours at the pace of the last day, rounded down. */
export type BalanceLevel =
  | { readonly kind: 'empty' }
  | { readonly kind: 'low'; readonly hours: number }
  | { readonly kind: 'fine' }

/**
 * Whether a balance needs attention: empty, or low when it lasts less than a day at the pace of the last
 * one. All in atomic units of one asset; `left` is available and held in leases together.
 */
export function balanceLevel(left: bigint, spentLastDay: bigint): BalanceLevel {
  if (left <= 0n) return { kind: 'empty' }
  if (left >= spentLastDay) return { kind: 'fine' }
  return { kind: 'low', hours: Number.parseInt(((left * DAY_HOURS) / spentLastDay).toString(), 10) }
}

/** The part of a whole in percent, rounded down, 0 to 100; a cap of zero is all used. */
export function percentOf(part: bigint, whole: bigint): number {
  if (whole <= 0n || part >= whole) return 100
  if (part <= 0n) return 0
  return Number.parseInt(((part * 100n) / whole).toString(), 10)
}
