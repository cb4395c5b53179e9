import { unitsOfCall } from '@mcp-orchestra/api/metered-price'
import type { Id, Meter, PriceForm, Tariff } from '@mcp-orchestra/kernel'
import { monthOf, type MeteredCall, type Month } from '../../metering/index.ts'

/** What a payer used of a meter in one month under one price version. */
export type MeterTotal = {
  readonly payerId: Id<'org'>
  readonly priceId: Id<'prc'>
  readonly meter: Meter
  readonly month: Month
  readonly units: bigint
}

/** Which total. */
export type MeterKey = Omit<MeterTotal, 'units'>

/** The totals that decide what a call costs, with what it adds to each: none where every unit costs alike. */
export function meterUseOf(call: MeteredCall, tariff: Tariff): MeterTotal[] {
  const { payerId, priceId } = call
  if (priceId === null) return []
  const units = unitsOfCall(call.units)
  return tariff.components
    .filter(({ form }) => dependsOnWindow(form))
    .map(({ meter }) => ({
      payerId,
      priceId,
      meter,
      month: monthOf(call.at),
      units: units[meter] ?? 0n,
    }))
}

/** The text of a key, for maps and for the order of locks. */
export function meterKeyOf({ payerId, priceId, meter, month }: MeterKey): string {
  return `${payerId}\n${priceId}\n${meter}\n${month}`
}

/** Whole units at a whole rate cost the same wherever in a month they fall. */
function dependsOnWindow(form: PriceForm): boolean {
  const isPlain = [form.freeUnits, form.minimum, form.maximum].every((one) => one === undefined)
  return form.form !== 'unit' || form.rate.denominator !== 1n || !isPlain
}
