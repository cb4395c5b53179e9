/** A month as `2026-11`, in UTC like the books. */
export type Month = string

/** Months on offer: this one and those of a year before it. */
const MONTHS_OFFERED = 13

/** This month and those before it, newest first. */
export function recentMonths(nowMs: number): readonly Month[] {
  const now = new Date(nowMs)
  return Array.from({ length: MONTHS_OFFERED }, (_, back) => {
    const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back))
    return first.toISOString().slice(0, 7)
  })
}

/** The first moment of a month, and the first after it, in RFC 3339; undefined when it is none. */
export function periodOf(month: Month): { from: string; to: string } | undefined {
  const [, year = '', number = ''] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? []
  if (year === '') return undefined
  const after = new Date(Date.UTC(Number(year), Number(number)))
  return { from: `${month}-01T00:00:00Z`, to: `${after.toISOString().slice(0, 19)}Z` }
}

/** A month for people: `November 2026`. */
export function monthText(month: Month, locale: string): string {
  const form = { month: 'long', year: 'numeric', timeZone: 'UTC' } as const
  return new Intl.DateTimeFormat(locale, form).format(new Date(`${month}-01T00:00:00Z`))
}
