import { assert } from '../assert.ts'
import { divCeil } from '../division.ts'
import { AMOUNT_MAX } from '../money.ts'
import type { PriceForm, PriceModifiers, Tier } from './price-form.ts'
import { addRates, floorRate, RATE_ZERO, timesRate } from './rate.ts'

/**
 * What the whole quantity of a window costs once the window is over. Never falls as the quantity grows, except for
 * `volume` at a boundary. Throws RangeError beyond the largest amount.
 */
export function costOf(form: PriceForm, quantity: bigint): bigint {
  return bounded(exactCost(form, quantity))
}

/**
 * What a running window has cost so far: the most that any part of it cost, since nobody gets a refund in
 * the middle of a window. Throws RangeError beyond the largest amount.
 */
export function runningCostOf(form: PriceForm, quantity: bigint): bigint {
  return bounded(exactRunningCost(form, quantity))
}

/**
 * What an event adds to its window: the difference of two running costs, so that neither order nor batching
 * changes a sum. Never negative.
 */
export function priceOfEvent(form: PriceForm, before: bigint, quantity: bigint): bigint {
  return bounded(exactPriceOfEvent(form, before, quantity))
}

/** What the payer gets back when a window closes: only `volume` tiers can owe anything. */
export function creditAtClose(form: PriceForm, quantity: bigint): bigint {
  return bounded(exactRunningCost(form, quantity) - exactCost(form, quantity))
}

/** {@link priceOfEvent} however large it is: for those who have a bound of their own. */
export function exactPriceOfEvent(form: PriceForm, before: bigint, quantity: bigint): bigint {
  assert(before >= 0n && quantity >= 0n, 'a quantity is not negative')
  return exactRunningCost(form, before + quantity) - exactRunningCost(form, before)
}

/** The amount, or RangeError when no account could hold it. */
export function bounded(amount: bigint): bigint {
  if (amount > AMOUNT_MAX) throw new RangeError('an amount has at most 38 digits')
  return amount
}

function exactCost(form: PriceForm, quantity: bigint): bigint {
  return modified(form, quantity, (counted) => plainCost(form, counted))
}

function exactRunningCost(form: PriceForm, quantity: bigint): bigint {
  return modified(form, quantity, (counted) =>
    form.form === 'volume' ? runningVolume(form.tiers, counted) : plainCost(form, counted),
  )
}

/** Free units first, then the limits of the window: both keep a rising cost rising. */
function modified(
  { freeUnits = 0n, minimum = 0n, maximum }: PriceModifiers,
  quantity: bigint,
  plain: (counted: bigint) => bigint,
): bigint {
  assert(quantity >= 0n, 'a quantity is not negative')
  if (quantity <= freeUnits) return 0n
  const cost = plain(quantity - freeUnits)
  if (maximum !== undefined && cost > maximum) return maximum
  return cost < minimum ? minimum : cost
}

/** Of a quantity above zero. */
function plainCost(form: PriceForm, quantity: bigint): bigint {
  switch (form.form) {
    case 'flat':
      return form.amount
    case 'unit':
      return floorRate(timesRate(form.rate, quantity))
    case 'graduated':
      return graduated(form.tiers, quantity)
    case 'volume':
      return volume(tierOf(form.tiers, quantity), quantity)
    case 'package':
      return divCeil(quantity, form.size) * form.amount
    case 'percentage':
      return form.fixed + floorRate(timesRate(form.rate, quantity))
  }
}

function graduated(tiers: readonly Tier[], quantity: bigint): bigint {
  let flats = 0n
  let metered = RATE_ZERO
  let from = 0n
  for (const { upTo, rate, flat = 0n } of tiers) {
    const to = upTo === undefined || quantity < upTo ? quantity : upTo
    flats += flat
    metered = addRates(metered, timesRate(rate, to - from))
    if (to === quantity) break
    from = to
  }
  return flats + floorRate(metered)
}

function volume({ rate, flat = 0n }: Tier, quantity: bigint): bigint {
  return flat + floorRate(timesRate(rate, quantity))
}

/** Inside a tier the cost only grows, so the dearest part ends at a boundary or here. */
function runningVolume(tiers: readonly Tier[], quantity: bigint): bigint {
  let most = volume(tierOf(tiers, quantity), quantity)
  for (const tier of tiers) {
    if (tier.upTo === undefined || tier.upTo >= quantity) break
    const passed = volume(tier, tier.upTo)
    if (passed > most) most = passed
  }
  return most
}

function tierOf(tiers: readonly Tier[], quantity: bigint): Tier {
  const found = tiers.find(({ upTo }) => upTo === undefined || quantity <= upTo)
  assert(found !== undefined, 'the last tier has no end')
  return found
}
