import type { PriceForm, PriceModifiers, Tier } from './price-form.ts'
import { isDearer } from './rate.ts'

/**
 * Whether some quantity could cost more by the newer form. Errs on the side of the payer: forms that cannot be
 * compared part by part are taken for a rise.
 */
export function canCostMore(older: PriceForm, newer: PriceForm): boolean {
  return isLooser(older, newer) || isPlainRise(older, newer)
}

function isLooser(older: PriceModifiers, newer: PriceModifiers): boolean {
  const lessFree = (newer.freeUnits ?? 0n) < (older.freeUnits ?? 0n)
  const higherMinimum = (newer.minimum ?? 0n) > (older.minimum ?? 0n)
  return lessFree || higherMinimum || isMore(newer.maximum, older.maximum)
}

/** Of two upper ends, where undefined has none. */
function isMore(newer: bigint | undefined, older: bigint | undefined): boolean {
  if (older === undefined) return false
  return newer === undefined || newer > older
}

function isPlainRise(older: PriceForm, newer: PriceForm): boolean {
  if (newer.form === 'flat' && older.form === 'flat') return newer.amount > older.amount
  if (newer.form === 'unit' && older.form === 'unit') return isDearer(newer.rate, older.rate)
  if (newer.form === 'percentage' && older.form === 'percentage') {
    return newer.fixed > older.fixed || isDearer(newer.rate, older.rate)
  }
  if (newer.form === 'package' && older.form === 'package') {
    return newer.amount > older.amount || newer.size < older.size
  }
  if (
    (newer.form === 'graduated' && older.form === 'graduated') ||
    (newer.form === 'volume' && older.form === 'volume')
  ) {
    return isTierRise(older.tiers, newer.tiers)
  }
  return true
}

function isTierRise(older: readonly Tier[], newer: readonly Tier[]): boolean {
  if (older.length !== newer.length) return true
  return newer.some(({ upTo, rate, flat = 0n }, index) => {
    const before = older[index]
    if (before === undefined || before.upTo !== upTo) return true
    return flat > (before.flat ?? 0n) || isDearer(rate, before.rate)
  })
}
