/** A rise by more than this factor is asked about again: it is what one zero too many looks like. */
export const STEEP_FACTOR = 10n

/** How a new price relates to what is or will be in force, atomic units. */
export type PriceChange = 'first' | 'same' | 'fall' | 'free' | 'rise' | 'steep_rise'

/** Names the change from the amount in force to a new one; an absent one means that there never was a price. */
export function priceChange(now: bigint | undefined, next: bigint): PriceChange {
  if (now === undefined) return next === 0n ? 'same' : 'first'
  if (next === now) return 'same'
  if (next === 0n) return 'free'
  if (next < now) return 'fall'
  // From free, no factor says anything: every first price is a plain rise.
  return now > 0n && next > now * STEEP_FACTOR ? 'steep_rise' : 'rise'
}

/** How many times as much, for a sentence: whole, rounded down; 0 from nothing. */
export function timesAsMuch(now: bigint, next: bigint): bigint {
  return now === 0n ? 0n : next / now
}
