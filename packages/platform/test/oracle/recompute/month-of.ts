import type { Rules } from './rules.ts'

/** The month of a moment, `YYYY-MM`, by UTC. */
export function monthOf(at: number, { calendarShiftMs }: Pick<Rules, 'calendarShiftMs'>): string {
  return new Date(at + calendarShiftMs).toISOString().slice(0, 7)
}
