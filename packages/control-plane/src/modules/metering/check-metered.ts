import { reservationOf, type Tariff } from '@mcp-orchestra/kernel'
import type { MeteredPrice } from '@mcp-orchestra/api/metered-price'
import { refuse } from './problems.ts'

/**
 * Throws `metering.price_unsellable` for a metered price that no call could be sold by, or whose books could not be
 * closed: every call reserves the most that it may cost, and nothing is given back when a window ends.
 */
export function checkMetered(
  { components, maximum }: Tariff,
  { tokenizer, leastBid }: MeteredPrice,
): void {
  const meters = components.map(({ meter }) => meter)
  if (maximum === undefined || reservationOf({ components, maximum }, undefined) === 0n) {
    throw unsellable('a call costs at most nothing')
  }
  if (new Set(meters).size < meters.length) {
    throw unsellable('a price per call and a component of the meter request exclude each other')
  }
  for (const { meter, form } of components) {
    if (form.form === 'volume') {
      throw unsellable('volume tiers are for plans, whose months are closed with a credit')
    }
    if (form.form === 'percentage')
      throw unsellable(`there is no value to take a part of: ${meter}`)
    const fixed = meter === 'request' && form.form === 'unit' ? form.rate : undefined
    if (fixed !== undefined && fixed.numerator > maximum * fixed.denominator) {
      throw unsellable('the price per call is more than a call may cost')
    }
  }
  if (leastBid !== undefined && BigInt(leastBid) > maximum) {
    throw unsellable('no bid is more than a call may cost')
  }
  if (tokenizer !== undefined && meters.every((meter) => meter === 'request')) {
    throw unsellable('nothing is counted that a tokenizer could count')
  }
}

function unsellable(detail: string): Error {
  return refuse('metering.price_unsellable', { detail })
}
