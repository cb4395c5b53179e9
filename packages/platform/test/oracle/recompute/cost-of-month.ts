import type { Band, Form, Ratio } from '../month/month.ts'
import { fraction, plus, roundedDown, roundedUp, times, type Fraction } from './fraction.ts'
import type { Rules } from './rules.ts'

/**
 * What a quantity of a whole month costs by a form, as the guide says it: free units first, then the form, rounded
 * down once, then the limits of the month.
 */
export function costOfMonth(
  form: Form,
  quantity: bigint,
  rules: Pick<Rules, 'graduates' | 'packages'>,
): bigint {
  const counted = quantity - form.freeUnits
  if (counted <= 0n) return 0n
  let cost = roundedDown(plainCost(form, counted, rules))
  if (cost < form.minimum) cost = form.minimum
  if (form.maximum !== undefined && cost > form.maximum) cost = form.maximum
  return cost
}

function plainCost(
  form: Form,
  counted: bigint,
  rules: Pick<Rules, 'graduates' | 'packages'>,
): Fraction {
  switch (form.form) {
    case 'flat':
      return fraction(form.amount)
    case 'unit':
      return times(rateOf(form.rate), counted)
    case 'package': {
      const packages = fraction(counted, form.size)
      const count =
        rules.packages === 'begun ones count' ? roundedUp(packages) : roundedDown(packages)
      return fraction(count * form.amount)
    }
    case 'percentage':
      return plus(fraction(form.fixed), times(rateOf(form.rate), counted))
    case 'volume':
      return atOneTier(form.tiers, counted)
    case 'graduated':
      return rules.graduates === 'each unit'
        ? atEachTier(form.tiers, counted)
        : atOneTier(form.tiers, counted)
  }
}

/** All units at the rate of the tier that their number is in. */
function atOneTier(tiers: readonly Band[], counted: bigint): Fraction {
  const tier = tiers.find(({ upTo }) => upTo === undefined || counted <= upTo)
  if (tier === undefined) throw new RangeError('the last tier has no end')
  return plus(fraction(tier.flat), times(rateOf(tier.rate), counted))
}

/** A row of the sheet for each tier: what lies in it at its rate, and its flat amount once anything does. */
function atEachTier(tiers: readonly Band[], counted: bigint): Fraction {
  return tiers
    .map((tier, index) => {
      const below = tiers[index - 1]?.upTo ?? 0n
      const top = tier.upTo === undefined || tier.upTo > counted ? counted : tier.upTo
      return { tier, inside: top - below }
    })
    .filter(({ inside }) => inside > 0n)
    .map(({ tier, inside }) => plus(fraction(tier.flat), times(rateOf(tier.rate), inside)))
    .reduce(plus, fraction(0n))
}

function rateOf({ amount, per }: Ratio): Fraction {
  return fraction(amount, per)
}
