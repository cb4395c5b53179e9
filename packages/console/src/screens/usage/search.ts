import { oneOf, present, wordOf } from '../../queries/search-word.ts'

/** What sums are added up by; `line`: each month, server and tool by itself. */
export const GROUPINGS = ['line', 'server', 'tool', 'month'] as const
export type Grouping = (typeof GROUPINGS)[number]

/** What the address of `/usage` holds. */
export type UsageSearch = {
  /** Absent: what was paid. */
  readonly side?: 'publisher'
  /** Whose: an id, for operators; absent: one's own. */
  readonly organization?: string
  readonly server?: string
  readonly tool?: string
  /** The first month and the last, `2026-11`; absent: a year until now. */
  readonly from?: string
  readonly to?: string
  readonly by?: Grouping
}

/** Reads the address; what makes no sense is as if it were not there. */
export function validateSearch(search: Record<string, unknown>): UsageSearch {
  return present({
    side: oneOf(search['side'], ['publisher'] as const),
    organization: wordOf(search['organization'])?.slice(0, 40),
    server: wordOf(search['server'])?.slice(0, 64),
    tool: wordOf(search['tool']),
    from: monthOf(search['from']),
    to: monthOf(search['to']),
    by: oneOf(search['by'], GROUPINGS),
  })
}

function monthOf(value: unknown): string | undefined {
  const word = wordOf(value)
  return word !== undefined && /^20\d\d-(0[1-9]|1[0-2])$/.test(word) ? word : undefined
}
