import { unitsOfCall } from '@mcp-orchestra/api/metered-price'
import { finalOf, type Meter, type MeterUnits } from '@mcp-orchestra/kernel'
import { tariffOf, type MeteredCall, type Price } from '../../metering/index.ts'
import { meterKeyOf, meterUseOf, type MeterTotal } from './meter-total.ts'

/** What calls of a batch cost after what their months held before, in posting order (spending §2.8). */
export interface MeterFolder {
  /** What a call costs, never more than the claim, and the units before it that decide it. Counts nothing yet. */
  priceOf(
    call: MeteredCall,
    price: Price,
    claim: bigint,
  ): { readonly amount: bigint; readonly before: MeterUnits }
  /** The call was charged: later ones come after it. */
  count(call: MeteredCall, price: Price): void
  /** Totals that changed, absolute. */
  changes(): MeterTotal[]
}

/** Starts from what the database knew. */
export function createMeterFolder(known: readonly MeterTotal[]): MeterFolder {
  const totals = new Map(known.map((total) => [meterKeyOf(total), total]))
  const changed = new Set<string>()
  return {
    priceOf(call, price, claim) {
      const tariff = tariffOf(price)
      const before: Partial<Record<Meter, bigint>> = {}
      for (const use of meterUseOf(call, tariff)) {
        before[use.meter] = totals.get(meterKeyOf(use))?.units ?? 0n
      }
      const amount = finalOf(tariff, unitsOfCall(call.units), { before, claim })
      return { amount, before }
    },
    count(call, price) {
      for (const use of meterUseOf(call, tariffOf(price))) {
        const key = meterKeyOf(use)
        totals.set(key, { ...use, units: use.units + (totals.get(key)?.units ?? 0n) })
        changed.add(key)
      }
    },
    changes: () => [...totals].filter(([key]) => changed.has(key)).map(([, total]) => total),
  }
}
