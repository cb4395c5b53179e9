import { fromRfc3339, instant, toRfc3339, type Instant } from '@mcp-orchestra/kernel'

/** How often a cap starts anew. Windows are named in UTC by the control plane (spending §1.2). */
export type CapPeriod = 'hour' | 'day' | 'month' | 'total'

/** One named window of a cap: from its start, inclusive, to its end, exclusive; `total` never ends. */
export type CapWindow = { readonly startsAt: Instant; readonly endsAt: Instant | null }

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const BEGINNING = instant(0)

/** The window of a period that a moment falls into. */
export function windowAt(period: CapPeriod, at: Instant): CapWindow {
  switch (period) {
    case 'hour':
      return fixedWindow(at, HOUR_MS)
    case 'day':
      return fixedWindow(at, DAY_MS)
    case 'month':
      return monthWindow(at)
    case 'total':
      return { startsAt: BEGINNING, endsAt: null }
  }
}

// UTC has neither summer time nor, in epoch milliseconds, leap seconds: days and hours are all alike.
function fixedWindow(at: Instant, lengthMs: number): CapWindow {
  const startsAt = Math.floor(at / lengthMs) * lengthMs
  return { startsAt: instant(startsAt), endsAt: instant(startsAt + lengthMs) }
}

function monthWindow(at: Instant): CapWindow {
  const month = toRfc3339(at).slice(0, 'YYYY-MM'.length)
  return { startsAt: startOfMonth(month), endsAt: startOfMonth(monthAfter(month)) }
}

function startOfMonth(month: string): Instant {
  return fromRfc3339(`${month}-01T00:00:00Z`)
}

function monthAfter(month: string): string {
  const [year = '', number = ''] = month.split('-')
  if (number !== '12') return `${year}-${String(Number.parseInt(number, 10) + 1).padStart(2, '0')}`
  return `${String(Number.parseInt(year, 10) + 1).padStart(4, '0')}-01`
}
