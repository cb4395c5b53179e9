import { instant, type Instant } from '@mcp-orchestra/kernel'
import { refuse } from '../problems.ts'

/** Into what a period is cut: parts of time by UTC, or nothing. */
export const WINDOW_SIZES = ['hour', 'day', 'month', 'total'] as const
/** One of {@link WINDOW_SIZES}. */
export type WindowSize = (typeof WINDOW_SIZES)[number]

/** A part of time: from its first moment up to, and without, its end. */
export type Window = { readonly from: Instant; readonly to: Instant }

/** Windows of one answer: a month of hours and a quarter more, well under a megabyte. */
export const WINDOWS_MAX = 1_000

/** Cuts a period into whole windows: the first and the last one may reach beyond it. */
export function windowsOf({ from, to }: Window, size: WindowSize): Window[] {
  if (from >= to) throw refuse('metering.period_invalid', { detail: 'it ends before it begins' })
  if (size === 'total') return [{ from, to }]
  const windows: Window[] = []
  for (let at = startOf(from, size); at < to;) {
    const next = startOf(at, size, 1)
    windows.push({ from: at, to: next })
    if (windows.length > WINDOWS_MAX) {
      throw refuse('metering.period_invalid', {
        detail: `it has more than ${WINDOWS_MAX} windows: ask for less, or for larger ones`,
      })
    }
    at = next
  }
  return windows
}

/** The start of the window that a moment lies in, or of one so many windows later. */
function startOf(at: Instant, size: Exclude<WindowSize, 'total'>, later = 0): Instant {
  const date = new Date(at)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  switch (size) {
    case 'hour':
      return instant(Date.UTC(year, month, date.getUTCDate(), date.getUTCHours() + later))
    case 'day':
      return instant(Date.UTC(year, month, date.getUTCDate() + later))
    case 'month':
      return instant(Date.UTC(year, month + later))
  }
}
