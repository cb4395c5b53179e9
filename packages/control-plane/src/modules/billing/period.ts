import { assert, fromRfc3339, toRfc3339, type Instant } from '@mcp-orchestra/kernel'
import type { Month } from '../metering/index.ts'
import { refuse } from './problems.ts'

/** The months that a text can name: this century's. */
const MONTH = /^20\d\d-(0[1-9]|1[0-2])$/

/** Reads `YYYY-MM`; anything else is refused. */
export function monthOfText(text: string): Month {
  if (MONTH.test(text)) return text as Month
  throw refuse('billing.month_invalid')
}

/** The moment at which a month is over, by UTC. */
export function endOfMonth(month: Month): Instant {
  return fromRfc3339(`${shift(month, 1)}-01T00:00:00Z`)
}

/** The month that a moment lies in, by UTC. */
export function monthAt(at: Instant): Month {
  return toRfc3339(at).slice(0, 7) as Month
}

/** The month before the one that a moment lies in, by UTC. */
export function monthBefore(at: Instant): Month {
  return shift(monthAt(at), -1) as Month
}

function shift(month: string, by: number): string {
  const [year, number] = month.split('-').map(Number)
  assert(year !== undefined && number !== undefined, 'a month has a year and a number')
  const index = year * 12 + number - 1 + by
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`
}
