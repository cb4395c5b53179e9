import { exactPriceOfEvent } from './cost.ts'
import type { Meter, MeterUnits } from './meter.ts'
import { exactMost, mostOf } from './most.ts'
import type { PriceForm } from './price-form.ts'
import { floorRate } from './rate.ts'
import { canCostMore } from './rise.ts'

/** One meter and what its units cost. */
export type PriceComponent = { readonly meter: Meter; readonly form: PriceForm }

/** All that one call costs: at most one component for each meter, and the most that they may cost together. */
export type Tariff = {
  readonly components: readonly PriceComponent[]
  readonly maximum?: bigint | undefined
}

/** A fixed amount for each call and nothing else. */
export function flatTariff(amount: bigint): Tariff {
  const rate = { numerator: amount, denominator: 1n }
  return { components: [{ meter: 'request', form: { form: 'unit', rate } }], maximum: amount }
}

/**
 * What must be reserved before a call: the most that it can cost, and no more than the caller bids. Undefined when
 * no sum would be enough: then it cannot be sold.
 */
export function reservationOf(tariff: Tariff, bid: bigint | undefined): bigint | undefined {
  const most = leastOf(tariff.maximum, mostOfComponents(tariff))
  return leastOf(most, bid)
}

/**
 * What a call costs at the most, now that its units are known: what a gateway charges, which does not know what the
 * window held before. Never more than `reserved`.
 */
export function claimOf(
  { components, maximum }: Tariff,
  units: MeterUnits,
  reserved: bigint,
): bigint {
  const ceiling = maximum !== undefined && maximum < reserved ? maximum : reserved
  const claim = components.reduce(
    (sum, { meter, form }) => sum + exactMost(form, units[meter] ?? 0n),
    0n,
  )
  return claim < ceiling ? claim : ceiling
}

/** What a call costs after what its windows held before. Never more than the claim. */
export function finalOf(
  { components }: Tariff,
  units: MeterUnits,
  { before, claim }: { readonly before: MeterUnits; readonly claim: bigint },
): bigint {
  const price = components.reduce(
    (sum, { meter, form }) =>
      sum + exactPriceOfEvent(form, before[meter] ?? 0n, units[meter] ?? 0n),
    0n,
  )
  return price < claim ? price : claim
}

/**
 * Whether some call could cost more by the newer tariff. Errs on the side of the payer; a tariff whose dearest call
 * costs no more than the older one's cheapest is none.
 */
export function isTariffRise(older: Tariff, newer: Tariff): boolean {
  const most = reservationOf(newer, undefined)
  if (most === 0n) return false
  if (most !== undefined && most <= cheapestCallOf(older)) return false
  if (older.maximum !== undefined && (most === undefined || most > older.maximum)) return true
  return newer.components.some(({ meter, form }) => {
    const before = older.components.find((component) => component.meter === meter)
    return before === undefined || canCostMore(before.form, form)
  })
}

/** A call may use no more than its request: what that costs wherever in its window it falls. */
function cheapestCallOf({ components, maximum }: Tariff): bigint {
  const form = components.find(({ meter }) => meter === 'request')?.form
  if (form?.form !== 'unit') return 0n
  const isPlain = [form.freeUnits, form.minimum, form.maximum].every((one) => one === undefined)
  if (!isPlain) return 0n
  const least = floorRate(form.rate)
  return maximum !== undefined && maximum < least ? maximum : least
}

function mostOfComponents({ components }: Tariff): bigint | undefined {
  let sum = 0n
  for (const { meter, form } of components) {
    const most = mostOf(form, meter === 'request' ? 1n : undefined)
    if (most === undefined) return undefined
    sum += most
  }
  return sum
}

function leastOf(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a < b ? a : b
}
