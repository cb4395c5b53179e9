import type { AuditFilter } from '@mcp-orchestra/sdk'
import { present } from '../../queries/search-word.ts'
import type { AuditSearch } from './search.ts'

/** The address as the platform filters: days as the moments at which they begin and end here. */
export function filterOf({ from, to, ...rest }: AuditSearch): AuditFilter {
  return present({
    ...rest,
    from: from === undefined ? undefined : startOf(from, 0),
    to: to === undefined ? undefined : startOf(to, 1),
  })
}

/** When a day begins here, or so many days later; undefined when the calendar has no such day. */
function startOf(day: string, daysLater: number): string | undefined {
  const start = new Date(Date.parse(`${day}T00:00`))
  // By the calendar: days on which the clock is changed are not 24 hours long.
  start.setDate(start.getDate() + daysLater)
  return Number.isNaN(start.getTime()) ? undefined : start.toISOString()
}
