/** A duration for people: `0.4 ms`, `12 ms`, `1.24 s`, `2 min 5 s`. */
export function durationText(ms: number, locale: string): string {
  if (ms < 1_000) return amount(ms, 'millisecond', ms < 10 ? 1 : 0, locale)
  if (ms < 60_000) return amount(ms / 1_000, 'second', 2, locale)
  const minutes = Math.floor(ms / 60_000)
  const seconds = Math.floor((ms % 60_000) / 1_000)
  return `${amount(minutes, 'minute', 0, locale)} ${amount(seconds, 'second', 0, locale)}`
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** A size for people, in powers of 1000: `512 bytes`, `5 MB`. */
export function bytesText(bytes: number, locale: string): string {
  const power = bytes < 1_000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3))
  return amount(bytes / 1_000 ** power, UNITS[power] ?? 'byte', power === 0 ? 0 : 1, locale)
}

function amount(value: number, unit: string, places: number, locale: string): string {
  const format = {
    style: 'unit',
    unit,
    // The short form of a byte has no plural.
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    maximumFractionDigits: places,
  } as const
  return new Intl.NumberFormat(locale, format).format(value)
}
