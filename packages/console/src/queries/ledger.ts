import type { OrchestraScreens, TransferFilter } from '@mcp-orchestra/sdk'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { PAGE_ITEMS, wholeList } from './whole-list.ts'

/** Movements that the balance screen shows. */
const RECENT_TRANSFERS = 8
/** Pages of the journal that stay in memory: 10,000 transfers, about 5 MB. */
export const JOURNAL_PAGES_MAX = 50
/** Time between two readings of recent movements, in ms. */
const RECENT_EVERY_MS = 10_000
/** No cursor is empty: the page before all cursors. */
const FIRST_PAGE = ''
/** Accounts that are looked through for the platform's own: 25 requests at most. */
const ACCOUNTS_MAX = 5_000
/** Time between two readings of the platform's accounts, in ms: they are among all others. */
const ACCOUNTS_EVERY_MS = 60_000
/** Legs of one call at most: a publisher's, a fee, and what a restore reposted. */
const LEGS_MAX = 50

/** The journal, newest first, a page at a time. */
export const transfersQuery = (orchestra: OrchestraScreens, filter: TransferFilter) =>
  infiniteQueryOptions({
    queryKey: ['ledger', 'transfers', filter],
    queryFn: ({ pageParam, signal }) =>
      orchestra.ledger
        .transfers({
          ...filter,
          ...(pageParam === FIRST_PAGE ? {} : { cursor: pageParam }),
          limit: PAGE_ITEMS,
          signal,
        })
        .page(),
    initialPageParam: FIRST_PAGE,
    getNextPageParam: ({ nextCursor }, pages) =>
      nextCursor === null || pages.length >= JOURNAL_PAGES_MAX ? undefined : nextCursor,
    // Pages that were read do not change, only new ones come before them: read again on request.
    staleTime: Infinity,
  })

/** The last movements. */
export const recentTransfersQuery = (orchestra: OrchestraScreens) =>
  queryOptions({
    queryKey: ['ledger', 'recent'],
    queryFn: ({ signal }) => orchestra.ledger.transfers({ limit: RECENT_TRANSFERS, signal }).page(),
    refetchInterval: RECENT_EVERY_MS,
  })

/** The transfers that a call is a part of. */
export const postingsQuery = (orchestra: OrchestraScreens, usageEvent: string) =>
  queryOptions({
    queryKey: ['ledger', 'postings', usageEvent],
    queryFn: ({ signal }) =>
      wholeList(orchestra.ledger.transfers({ usageEvent, limit: LEGS_MAX, signal }), LEGS_MAX),
  })

/** The proof that the books balance; it reads every transfer, so it is asked for by hand. */
export const trialBalanceQuery = (orchestra: OrchestraScreens) =>
  queryOptions({
    queryKey: ['ledger', 'trial-balance'],
    queryFn: ({ signal }) => orchestra.ledger.trialBalance({ signal }),
    staleTime: Infinity,
  })

/** The platform's own accounts, for operators; names sort, so they stand behind all `org:` accounts. */
export const platformAccountsQuery = (orchestra: OrchestraScreens) =>
  queryOptions({
    queryKey: ['ledger', 'platform-accounts'],
    queryFn: async ({ signal }) => {
      const { items } = await wholeList(
        orchestra.ledger.accounts({ limit: PAGE_ITEMS, signal }),
        ACCOUNTS_MAX,
      )
      return items.filter(({ name }) => name.startsWith('platform:'))
    },
    refetchInterval: ACCOUNTS_EVERY_MS,
  })
