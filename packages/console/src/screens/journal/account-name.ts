/** What an organization's accounts are for, by what follows its id in their names. */
const ROLES = {
  org: ['available', 'credit'],
  publisher: ['accrued', 'payable', 'reserve'],
} as const
const PLATFORM_ROLES = [
  'fees',
  'connection_fees',
  'storage_fees',
  'top_ups',
  'suspense',
  'loss',
] as const

/** What the name of a ledger account says: whose it is, and what for. */
export type AccountParts =
  | {
      readonly role: (typeof ROLES)[keyof typeof ROLES][number] | 'receivable'
      readonly organizationId: string
    }
  | { readonly role: 'leased'; readonly organizationId: string; readonly incarnationId: string }
  | { readonly role: (typeof PLATFORM_ROLES)[number] }
  | { readonly role: 'quotes' | 'clearing' | 'tax' | 'loss_of'; readonly of: string }
  | { readonly role: 'unknown' }

/** Reads `org:org_…:leased:inc_…` and its like; a name of a kind we do not know is `unknown`. */
export function accountParts(name: string): AccountParts {
  const [kind, owner = '', role = '', incarnationId, ...rest] = name.split(':')
  if (owner === '' || rest.length > 0) return { role: 'unknown' }
  if (kind === 'org' && role === 'leased' && incarnationId !== undefined && incarnationId !== '') {
    return { role, organizationId: owner, incarnationId }
  }
  if (incarnationId !== undefined) return { role: 'unknown' }
  if (kind === 'org' || kind === 'publisher') {
    const found = ROLES[kind].find((known) => known === role)
    return found === undefined ? { role: 'unknown' } : { role: found, organizationId: owner }
  }
  if (kind === 'receivable' && role !== '') return { role: 'receivable', organizationId: role }
  return platformParts(name)
}

function platformParts(name: string): AccountParts {
  const fixed = PLATFORM_ROLES.find((known) => name === `platform:${known}`)
  if (fixed !== undefined) return { role: fixed }
  for (const [role, form] of [
    ['quotes', /^platform:quotes:([^:]+)$/],
    ['clearing', /^rail:([^:]+):clearing$/],
    ['tax', /^tax:([^:]+):payable$/],
    ['loss_of', /^loss:([^:]+)$/],
  ] as const) {
    const [, of] = form.exec(name) ?? []
    if (of !== undefined) return { role, of }
  }
  return { role: 'unknown' }
}
