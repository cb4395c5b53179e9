import { divCeil } from '../division.ts'
import { bounded } from './cost.ts'
import type { PriceForm, Tier } from './price-form.ts'
import {
  addRates,
  ceilRate,
  isDearer,
  RATE_ZERO,
  subtractRates,
  timesRate,
  type Rate,
} from './rate.ts'

/**
 * The most that an event of this quantity can cost, wherever in its window it falls: what is reserved before the
 * window is known (spending §2.8). An undefined quantity has no end; then undefined means that no sum would be enough.
 * Throws RangeError beyond the largest amount.
 */
export function mostOf(form: PriceForm, quantity: bigint): bigint
export function mostOf(form: PriceForm, quantity: bigint | undefined): bigint | undefined
export function mostOf(form: PriceForm, quantity: bigint | undefined): bigint | undefined {
  if (quantity !== undefined) return bounded(exactMost(form, quantity))
  return form.form === 'flat' ? exactMost(form, 1n) : form.maximum
}

/** {@link mostOf} however large it is: for those who have a bound of their own. */
export function exactMost(form: PriceForm, quantity: bigint): bigint {
  if (quantity === 0n) return 0n
  const { minimum = 0n, maximum } = form
  const plain = plainMost(form, quantity)
  const most = plain < minimum ? minimum : plain
  return maximum !== undefined && most > maximum ? maximum : most
}

function plainMost(form: PriceForm, quantity: bigint): bigint {
  switch (form.form) {
    case 'flat':
      return form.amount
    case 'unit':
      return ceilRate(timesRate(form.rate, quantity))
    case 'graduated':
      return ceilRate(addRates(timesRate(dearestRate(form.tiers), quantity), flatsOf(form.tiers)))
    case 'volume':
      return ceilRate(addRates(timesRate(dearestRate(form.tiers), quantity), stepsOf(form.tiers)))
    case 'package':
      // Rounding up is subadditive: two parts never begin fewer packages than the whole.
      return divCeil(quantity, form.size) * form.amount
    case 'percentage':
      return form.fixed + ceilRate(timesRate(form.rate, quantity))
  }
}

function dearestRate(tiers: readonly Tier[]): Rate {
  return tiers.reduce((most, { rate }) => (isDearer(rate, most) ? rate : most), RATE_ZERO)
}

/** An event may enter every tier there is. */
function flatsOf(tiers: readonly Tier[]): Rate {
  return { numerator: tiers.reduce((sum, { flat = 0n }) => sum + flat, 0n), denominator: 1n }
}

/** How far the cost of all earlier units can rise at the boundaries; where it falls, the running cost waits. */
function stepsOf(tiers: readonly Tier[]): Rate {
  let steps = RATE_ZERO
  let before = RATE_ZERO
  let from = 0n
  for (const tier of tiers) {
    const step = subtractRates(volumeOf(tier, from), before)
    if (isDearer(step, RATE_ZERO)) steps = addRates(steps, step)
    if (tier.upTo === undefined) break
    from = tier.upTo
    before = volumeOf(tier, from)
  }
  return steps
}

function volumeOf({ rate, flat = 0n }: Tier, quantity: bigint): Rate {
  return addRates(timesRate(rate, quantity), { numerator: flat, denominator: 1n })
}
