import type { Command } from 'commander'
import { UsageError } from './exit-code.ts'

/** What {@link addPeriod} adds. */
export type PeriodFlags = {
  readonly month?: string
  readonly from?: string
  readonly to?: string
}

/** Lets a command be given a period: a month, or two moments. */
export function addPeriod(command: Command): Command {
  return command
    .option('--month <month>', 'a month in UTC, such as 2026-11')
    .option('--from <time>', 'first moment (RFC 3339), in place of --month')
    .option('--to <time>', 'first moment after the period')
}

/** The period that the flags name; anything else is a mistake of whoever typed it. */
export function periodOf({ month, from, to }: PeriodFlags): { from: string; to: string } {
  if (from !== undefined && to !== undefined && month === undefined) return { from, to }
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month ?? '') ?? []
  if (year === undefined || from !== undefined || to !== undefined) {
    throw new UsageError('Say a month (--month 2026-11), or both --from and --to.')
  }
  const after = new Date(Date.UTC(Number(year), Number(number)))
  return { from: `${year}-${number}-01T00:00:00Z`, to: after.toISOString() }
}
