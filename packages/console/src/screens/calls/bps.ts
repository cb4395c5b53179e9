/** Basis points in one percent. */
const BPS_IN_PERCENT = 100

/** Basis points as a percentage for people: 250 is `2.5%`. */
export function bpsText(bps: number, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 })
  return format.format(bps / BPS_IN_PERCENT / 100)
}
