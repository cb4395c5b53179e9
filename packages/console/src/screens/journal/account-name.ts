/** What the name of a ledger account says: whose it is, and what for. */
export type AccountParts =
  | { readonly role: 'available' | 'accrued' | 'payable'; readonly organizationId: string }
  | { readonly role: 'leased'; readonly organizationId: string; readonly incarnationId: string }
  | { readonly role: 'fees' | 'top_ups' | 'suspense' | 'loss' }
  | { readonly role: 'unknown' }

const PLATFORM_ROLES = ['fees', 'top_ups', 'suspense', 'loss'] as const

/** Reads `org:org_…:leased:inc_…` and its like; a name of a kind we do not know is `unknown`. */
export function accountParts(name: string): AccountParts {
  const [kind, owner = '', role, incarnationId, ...rest] = name.split(':')
  if (kind === 'platform' && role === undefined) {
    const found = PLATFORM_ROLES.find((known) => known === owner)
    return { role: found ?? 'unknown' }
  }
  if (owner === '' || rest.length > 0) return { role: 'unknown' }
  if (kind === 'org' && role === 'leased' && incarnationId !== undefined && incarnationId !== '') {
    return { role, organizationId: owner, incarnationId }
  }
  if (incarnationId !== undefined) return { role: 'unknown' }
  if (kind === 'org' && role === 'available') return { role, organizationId: owner }
  if (kind === 'publisher' && (role === 'accrued' || role === 'payable')) {
    return { role, organizationId: owner }
  }
  return { role: 'unknown' }
}
