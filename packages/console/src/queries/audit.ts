import type { AuditFilter, OrchestraScreens } from '@mcp-orchestra/sdk'
import { useInfiniteQuery } from '@tanstack/react-query'
import { PAGE_ITEMS } from './whole-list.ts'

/** Pages of the trail that stay in memory: 10,000 entries, about 5 MB. */
const AUDIT_PAGES_MAX = 50
/** No cursor is empty: the page before all cursors. */
const FIRST_PAGE = ''

/** The audit trail, newest first, a page at a time. */
export function useAuditTrail(orchestra: OrchestraScreens, filter: AuditFilter) {
  return useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) => {
      const start = pageParam === FIRST_PAGE ? {} : { cursor: pageParam }
      return orchestra.audit.list({ ...filter, ...start, limit: PAGE_ITEMS, signal }).page()
    },
    initialPageParam: FIRST_PAGE,
    getNextPageParam: ({ nextCursor }, pages) =>
      nextCursor === null || pages.length >= AUDIT_PAGES_MAX ? undefined : nextCursor,
  })
}
