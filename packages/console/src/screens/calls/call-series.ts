import type { UsageEvent } from '@mcp-orchestra/sdk'
import { endedWell } from '../../queries/ended-well.ts'

/** How far back the charts reach, in ms: long enough to see a trend, short enough to see now. */
export const SERIES_SPAN_MS = 300_000
/** Points of a chart: one per 5 s. */
export const SERIES_STEPS = 60

/** What happened in one step of time. */
export type SeriesStep = {
  /** Start of the step, epoch ms. */
  readonly atMs: number
  readonly calls: number
  /** Of them, those that did not end well. */
  readonly failed: number
  /** Median and 99th percentile of the durations, in ms; null without calls. */
  readonly p50Ms: number | null
  readonly p99Ms: number | null
}

/** Calls by time, oldest step first; whole steps of the clock, so that a call stays in its step. */
export function seriesOf(calls: readonly UsageEvent[], nowMs: number): readonly SeriesStep[] {
  const stepMs = SERIES_SPAN_MS / SERIES_STEPS
  const last = Math.floor(nowMs / stepMs)
  const first = last - SERIES_STEPS + 1
  const steps = new Map<number, UsageEvent[]>()
  for (const call of calls) {
    // A gateway's clock may be a little ahead of the reader's.
    const step = Math.min(Math.floor(Date.parse(call.at) / stepMs), last)
    if (!(step >= first)) continue
    const found = steps.get(step)
    if (found === undefined) steps.set(step, [call])
    else found.push(call)
  }
  return Array.from({ length: SERIES_STEPS }, (_, index) => {
    const step = first + index
    const found = steps.get(step) ?? []
    const durations = found.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b)
    return {
      atMs: step * stepMs,
      calls: found.length,
      failed: found.filter((call) => !endedWell(call)).length,
      p50Ms: quantile(durations, 0.5),
      p99Ms: quantile(durations, 0.99),
    }
  })
}

/** The nearest-rank quantile of ascending values; null of none. */
export function quantile(ascending: readonly number[], part: number): number | null {
  return ascending[Math.max(0, Math.ceil(ascending.length * part) - 1)] ?? null
}
