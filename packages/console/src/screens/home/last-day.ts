import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { recentCallsQuery } from '../../queries/usage.ts'
import { nowMs, useMay, useOrchestra } from '../../session/index.ts'
import { summaryOf, type CallSummary } from './call-summary.ts'

/** An hour and a day, in ms. */
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** The start of the day moves in steps of this, in ms, so that screens share one answer. */
const STEP_MS = 600_000

/** What happened in the last hour and the last day. */
export type LastDay = {
  readonly hour: CallSummary
  readonly day: CallSummary
  /** There were more calls than were read: the sums are "at least". */
  readonly more: boolean
  /** What was paid in an asset in the last day, in atomic units. */
  readonly sumOf: (asset: string) => string
}

/** Calls that the organization paid for, or was paid for; undefined while they are not known. */
export function useLastDay(side: 'payer' | 'publisher'): LastDay | undefined {
  const now = nowMs()
  const from = new Date(Math.floor((now - DAY_MS) / STEP_MS) * STEP_MS).toISOString()
  const recent = useQuery({
    ...recentCallsQuery(useOrchestra(), side, from),
    enabled: useMay('usage:read'),
  })
  const { data, dataUpdatedAt } = recent
  return useMemo(() => {
    if (data === undefined) return undefined
    const day = summaryOf(data.items, dataUpdatedAt - DAY_MS)
    return {
      hour: summaryOf(data.items, dataUpdatedAt - HOUR_MS),
      day,
      more: data.more,
      sumOf: (asset) => day.sums.find((sum) => sum.asset === asset)?.amount ?? '0',
    }
  }, [data, dataUpdatedAt])
}
