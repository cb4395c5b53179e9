import type { TransferFilter } from '@mcp-orchestra/sdk'
import { present, wordOf } from '../../queries/search-word.ts'

/** What the address of `/journal` holds. */
export type JournalSearch = {
  /** Name of one account. */
  readonly account?: string
  /** Id of a usage event. */
  readonly event?: string
  /** Month of the account's statement: `2026-11`. */
  readonly month?: string
}

/** Reads the address; what makes no sense is as if it were not there. */
export function validateSearch(search: Record<string, unknown>): JournalSearch {
  return present({
    account: wordOf(search['account']),
    event: wordOf(search['event']),
    month: wordOf(search['month']),
  })
}

/** The part of the address that the platform filters by. Longer than its limits finds nothing, so it is cut. */
export function filterOf({ account, event }: JournalSearch): TransferFilter {
  return present({ account: account?.slice(0, 200), usageEvent: event?.slice(0, 64) })
}
