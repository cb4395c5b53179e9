import {
  OrchestraProblem,
  type OrchestraScreens,
  type UsageEvent,
  type UsageListFilter,
} from '@mcp-orchestra/sdk'
import { queryOptions } from '@tanstack/react-query'
import type { CallPage } from './call-feed.ts'
import { PAGE_ITEMS, wholeList } from './whole-list.ts'

/** Which calls a view shows; another organization's for operators only. */
export type CallFilter = UsageListFilter & { readonly organizationId?: string }

/** Calls that a summary of the last day reads at most; beyond it the sums say "at least". */
export const SUMMARY_CALLS_MAX = 2_000
/** Time between two readings of a summary, in ms: it is several requests when there were many calls. */
const SUMMARY_EVERY_MS = 60_000
/** Time between two looks for a call whose record is on its way, in ms: gateways ship journals every second or so. */
const ARRIVAL_EVERY_MS = 1_000
/** Looks for a call that is not there before it is said that there is none: half a minute. */
const ARRIVAL_LOOKS_MAX = 30

/** One page of calls, newest first. */
export async function callPage(
  orchestra: OrchestraScreens,
  filter: CallFilter,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<CallPage> {
  const start = cursor === undefined ? {} : { cursor }
  return orchestra.usage
    .list({ side: 'any', ...filter, ...start, limit: PAGE_ITEMS, signal })
    .page()
}

/** Calls since a moment, for sums; bounded by {@link SUMMARY_CALLS_MAX}. */
export const recentCallsQuery = (
  orchestra: OrchestraScreens,
  side: 'payer' | 'publisher',
  from: string,
) =>
  queryOptions({
    queryKey: ['usage', 'recent', side, from],
    queryFn: ({ signal }) =>
      wholeList(orchestra.usage.list({ side, from, limit: PAGE_ITEMS, signal }), SUMMARY_CALLS_MAX),
    refetchInterval: SUMMARY_EVERY_MS,
    placeholderData: (before) => before,
  })

/** One call; null while its record has not arrived, looked for again until it has or {@link ARRIVAL_LOOKS_MAX}. */
export const callQuery = (orchestra: OrchestraScreens, id: string) =>
  queryOptions({
    queryKey: ['usage', 'call', id],
    queryFn: async ({ signal }): Promise<UsageEvent | null> => {
      try {
        return await orchestra.usage.get(id, { signal })
      } catch (error) {
        if (error instanceof OrchestraProblem && error.status === 404) return null
        throw error
      }
    },
    staleTime: ({ state }) => (state.data ? Infinity : 0),
    refetchInterval: ({ state }) => (mayArrive(state) ? ARRIVAL_EVERY_MS : false),
  })

/** Whether a call that is not there may still come: its record is looked for a bounded number of times. */
export function mayArrive(state: {
  data?: UsageEvent | null | undefined
  dataUpdateCount: number
}): boolean {
  return state.data === null && state.dataUpdateCount < ARRIVAL_LOOKS_MAX
}
