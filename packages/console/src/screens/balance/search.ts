import { oneOf, present, wordOf } from '../../queries/search-word.ts'

/** What the address of `/balance` holds. */
export type BalanceSearch = {
  /** Another organization: operators only. */
  readonly organization?: string
  /** The open dialog. */
  readonly do?: 'top-up'
}

/** Reads the address; what makes no sense is as if it were not there. */
export function validateSearch(search: Record<string, unknown>): BalanceSearch {
  return present({
    organization: wordOf(search['organization'])?.slice(0, 40),
    do: oneOf(search['do'], ['top-up'] as const),
  })
}
