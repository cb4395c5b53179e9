/** From two years on nobody counts days. */
const YEARS_FROM_MS = 2 * 365 * 86_400_000
const YEAR_MS = 365.25 * 86_400_000
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
]

/** A moment in the reader's time zone and language. */
export function timeText(atMs: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(atMs)
}

/** A moment with weekday and time zone, for a title. */
export function longTimeText(atMs: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' }).format(atMs)
}

/** How far away a moment is, in its largest whole unit. */
export function relativeText(atMs: number, nowMs: number, locale: string): string {
  const distance = atMs - nowMs
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  if (Math.abs(distance) >= YEARS_FROM_MS)
    return format.format(Math.round(distance / YEAR_MS), 'year')
  const [unit, length] =
    STEPS.find(([, ms]) => Math.abs(distance) >= ms) ?? (['second', 1_000] as const)
  return format.format(Math.trunc(distance / length), unit)
}

/** The name of the reader's time zone: `Europe/Berlin`. */
export function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
