import type { Authorize, Principal } from '@mcp-orchestra/api/permission'
import { parseId, type Id } from '@mcp-orchestra/kernel'
import type { Archives } from '../archive/create-archives.ts'
import type { AssetRegistry } from '../asset-registry.ts'
import type { Books } from '../books.ts'
import { refuse } from '../problems.ts'
import type { Ledger } from '../service.ts'

/** What the ledger's handlers work with. */
export type LedgerRoutes = {
  readonly authorize: Authorize
  readonly ledger: Ledger
  readonly books: Books
  readonly archives: Archives
  readonly assets: AssetRegistry
  /**
   * The transfer that posted a usage event which the caller may see, or null when none did. The ledger
   * knows no usage: `main/` wires metering in.
   */
  readonly transferOfUsage: (
    principal: Principal,
    usageEventId: string,
  ) => Promise<Id<'txn'> | null>
}

/**
 * Whose accounts a caller reads: everybody sees their own; the operator, who answers for the books,
 * those of the organization asked for, or all (undefined).
 */
export function scopeOf(principal: Principal, asked: string | undefined): Id<'org'> | undefined {
  const { organizationId, permissions } = principal
  const wanted = asked === undefined ? undefined : parseId('org', asked)
  if (permissions.has('platform:operate') && (asked === undefined || wanted !== undefined)) {
    return wanted
  }
  if (asked !== undefined && asked !== organizationId) throw refuse('ledger.not_your_accounts')
  return organizationId
}
