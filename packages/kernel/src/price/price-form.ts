import { AMOUNT_MAX } from '../money.ts'
import type { Rate } from './rate.ts'

/** A range of quantities and what they cost; it begins where the one before ends. */
export type Tier = {
  /** The last quantity in it; the last tier has none. */
  readonly upTo?: bigint | undefined
  readonly rate: Rate
  /** Once, when the tier is entered. */
  readonly flat?: bigint | undefined
}

/** What holds for every form, over one window. */
export type PriceModifiers = {
  /** The first so many units of a window cost nothing and are not counted by what follows. */
  readonly freeUnits?: bigint | undefined
  /** What a window costs at the least, from its first unit that is not free. */
  readonly minimum?: bigint | undefined
  /** What a window costs at the most. */
  readonly maximum?: bigint | undefined
}

/**
 * What a quantity costs that adds up over one window (an hour, a month, one call): in the asset's smallest unit,
 * rounded down once. A window without use costs nothing, whatever the form.
 */
export type PriceForm = PriceModifiers &
  (
    | { readonly form: 'flat'; readonly amount: bigint }
    | { readonly form: 'unit'; readonly rate: Rate }
    /** Each unit at the rate of the tier it falls into. */
    | { readonly form: 'graduated'; readonly tiers: readonly Tier[] }
    /** All units at the rate of the tier that the total falls into. */
    | { readonly form: 'volume'; readonly tiers: readonly Tier[] }
    /** Begun packages count whole. */
    | { readonly form: 'package'; readonly size: bigint; readonly amount: bigint }
    /** A part of a value, which is the quantity, and a fixed amount once a window. */
    | { readonly form: 'percentage'; readonly rate: Rate; readonly fixed: bigint }
  )

/** Tiers of one form; more would be a table that nobody reads, and each is computed on every call. */
export const TIERS_MAX = 32

/** Throws RangeError when the form is no price: negative, without a size, with tiers that leave a gap or never end. */
export function checkForm(form: PriceForm): PriceForm {
  checkModifiers(form)
  switch (form.form) {
    case 'flat':
      checkAmount(form.amount, 'amount')
      break
    case 'unit':
      checkRate(form.rate)
      break
    case 'graduated':
    case 'volume':
      checkTiers(form.tiers)
      break
    case 'package':
      checkAmount(form.amount, 'amount')
      if (form.size <= 0n) throw new RangeError('a package holds at least one unit')
      break
    case 'percentage':
      checkRate(form.rate)
      checkAmount(form.fixed, 'fixed')
  }
  return form
}

function checkModifiers({ freeUnits = 0n, minimum = 0n, maximum }: PriceModifiers): void {
  checkAmount(freeUnits, 'freeUnits')
  checkAmount(minimum, 'minimum')
  if (maximum === undefined) return
  checkAmount(maximum, 'maximum')
  if (minimum > maximum) throw new RangeError('the minimum is not more than the maximum')
}

function checkTiers(tiers: readonly Tier[]): void {
  if (tiers.length === 0 || tiers.length > TIERS_MAX) {
    throw new RangeError(`a price has 1 to ${TIERS_MAX} tiers`)
  }
  let last = 0n
  tiers.forEach(({ upTo, rate, flat = 0n }, index) => {
    checkRate(rate)
    checkAmount(flat, 'flat')
    if ((upTo === undefined) !== (index === tiers.length - 1)) {
      throw new RangeError('every tier but the last one ends')
    }
    if (upTo === undefined) return
    if (upTo <= last) throw new RangeError('tiers are in ascending order')
    checkAmount(upTo, 'upTo')
    last = upTo
  })
}

function checkRate({ numerator, denominator }: Rate): void {
  checkAmount(numerator, 'rate')
  if (denominator <= 0n) throw new RangeError('a rate is for at least one unit')
}

function checkAmount(amount: bigint, name: string): void {
  if (amount < 0n) throw new RangeError(`${name} is not negative`)
  if (amount > AMOUNT_MAX) throw new RangeError(`${name} has at most 38 digits`)
}
