import type { OrchestraScreens, StatementQuery } from '@mcp-orchestra/sdk'
import { infiniteQueryOptions } from '@tanstack/react-query'
import { PAGE_ITEMS } from './whole-list.ts'

/** Pages of a statement that stay in memory: 10,000 postings, about 5 MB. */
const STATEMENT_PAGES_MAX = 50
/** No cursor is empty: the page before all cursors. */
const FIRST_PAGE = ''

/** An account's statement over a period, oldest first, a page at a time. */
export const statementQuery = (orchestra: OrchestraScreens, query: StatementQuery) =>
  infiniteQueryOptions({
    queryKey: ['ledger', 'statement', query],
    queryFn: ({ pageParam, signal }) =>
      orchestra.ledger.statement({
        ...query,
        ...(pageParam === FIRST_PAGE ? {} : { cursor: pageParam }),
        limit: PAGE_ITEMS,
        signal,
      }),
    initialPageParam: FIRST_PAGE,
    getNextPageParam: ({ nextCursor }, pages) =>
      nextCursor === null || pages.length >= STATEMENT_PAGES_MAX ? undefined : nextCursor,
  })
