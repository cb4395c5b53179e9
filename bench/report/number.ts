/** A number for a table: about three digits, thousands grouped; a dash for what was not measured. */
export function showNumber(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (value >= 1_000)
    return Math.round(value)
      .toString()
      .replaceAll(/\B(?=(\d{3})+$)/g, ' ')
  if (value >= 100) return value.toFixed(0)
  if (value >= 10) return value.toFixed(1)
  return value.toFixed(value >= 1 || value === 0 ? 2 : 3)
}

/** A share as percent: `±12 %` of 0.12. */
export function showSpread(share: number): string {
  return `${(share * 100).toFixed(0)} %`
}
