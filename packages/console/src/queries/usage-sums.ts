import type { OrchestraScreens, UsageSumFilter } from '@mcp-orchestra/sdk'
import { queryOptions } from '@tanstack/react-query'
import { PAGE_ITEMS, wholeList } from './whole-list.ts'

/** Sums that the console adds up at most: 25 requests; beyond it the screen says so. */
const SUMS_MAX = 5_000

/** What charged calls came to, by month, server and tool. */
export const usageSumsQuery = (
  orchestra: OrchestraScreens,
  filter: UsageSumFilter & { readonly organizationId?: string },
) =>
  queryOptions({
    queryKey: ['usage-sums', filter],
    queryFn: ({ signal }) =>
      wholeList(orchestra.usage.sums({ ...filter, limit: PAGE_ITEMS, signal }), SUMS_MAX),
  })
