import type { Chargeable } from './chargeable.ts'
import { costOfMonth } from './cost-of-month.ts'
import type { Rules } from './rules.ts'

/** What months have held so far, by payer, price version, meter and month. */
export type Windows = Map<string, { units: bigint; cost: bigint }>

/** What a call adds to its payer's month, and counts it there; never more than its listing and its caller allow. */
export function chargeIn(
  windows: Windows,
  { version, used, bid }: Chargeable,
  window: { readonly payer: string; readonly of: string },
  rules: Rules,
): bigint {
  let price = version.perCall
  for (const { meter, form } of version.components) {
    const key = `${window.payer}|${version.name}|${meter}|${window.of}`
    const held = windows.get(key) ?? { units: 0n, cost: 0n }
    const units = held.units + used[meter]
    const cost = costOfMonth(form, units, rules)
    price += cost - held.cost
    windows.set(key, { units, cost })
  }
  if (!rules.callsAreCapped) return price
  for (const most of [version.maximum, bid]) {
    if (most !== undefined && price > most) price = most
  }
  return price
}
