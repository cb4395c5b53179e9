/** Digits of a number; a series that outgrows them gets longer numbers, not wrong ones. */
const DIGITS = 6

/** The number that stands on an invoice: `INV-000042`. */
export function numberOf(series: string, sequence: number): string {
  return `${series}-${String(sequence).padStart(DIGITS, '0')}`
}
