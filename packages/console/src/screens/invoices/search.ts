import type { InvoiceSide } from '@mcp-orchestra/sdk'
import { oneOf, present, wordOf } from '../../queries/search-word.ts'

/** What the address of `/invoices` holds. */
export type InvoicesSearch = {
  /** Whose: an id, for operators; absent: one's own. */
  readonly organization?: string
  /** Which side of what is not invoiced yet; absent: what was paid. */
  readonly side?: InvoiceSide
  readonly dialog?: 'profile'
}

/** Reads the address; what makes no sense is as if it were not there. */
export function validateSearch(search: Record<string, unknown>): InvoicesSearch {
  return present({
    organization: wordOf(search['organization'])?.slice(0, 40),
    side: oneOf(search['side'], ['payer', 'publisher'] as const),
    dialog: oneOf(search['dialog'], ['profile'] as const),
  })
}
