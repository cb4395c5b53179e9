import { instant, toRfc3339, type Instant } from '@mcp-orchestra/kernel'
import { windowAt } from '../cap/window.ts'
import type { PayoutSchedule } from '../payee/payee.ts'

const DAY_MS = 24 * 3_600_000
const WEEK_MS = 7 * DAY_MS
/** The first Monday of the epoch: 1970-01-05. */
const FIRST_MONDAY_MS = 4 * DAY_MS

/** The day (UTC) on which the period began that a moment lies in: weeks begin on Monday; none has no period. */
export function periodStart(schedule: PayoutSchedule, at: Instant): string | undefined {
  switch (schedule) {
    case 'none':
      return undefined
    case 'daily':
      return dayOf(windowAt('day', at).startsAt)
    case 'monthly':
      return dayOf(windowAt('month', at).startsAt)
    case 'weekly': {
      const weeks = Math.floor((at - FIRST_MONDAY_MS) / WEEK_MS)
      return dayOf(instant(FIRST_MONDAY_MS + weeks * WEEK_MS))
    }
  }
}

function dayOf(at: Instant): string {
  return toRfc3339(at).slice(0, 'YYYY-MM-DD'.length)
}
