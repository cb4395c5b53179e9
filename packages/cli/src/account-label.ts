import { OrchestraProblem, type Orchestra } from '@mcp-orchestra/sdk'

/** Writes an account's name for people: organizations by name, processes not at all. */
export type AccountLabel = (account: string) => string

/** Names of organizations that are worth a look-up for one screen of the ledger. */
const ORGANIZATIONS_MAX = 200

/** Makes labels of account names with the names of organizations; without the right to list them, with their ids. */
export async function accountLabels(operator: Orchestra): Promise<AccountLabel> {
  const names = await organizationNames(operator)
  return (account) => labelOf(account, names)
}

/** `org:<id>:leased:<incarnation>` → `Story payer, leased`; `tax:DE:payable` → `tax, DE payable`. */
export function labelOf(account: string, names: ReadonlyMap<string, string>): string {
  const [kind = '', ...rest] = account.split(':')
  const [owner = '', use = ''] = rest
  if (kind === 'receivable') return `${names.get(use) ?? use}, owes`
  if (kind === 'org' || kind === 'publisher') {
    return `${names.get(owner) ?? owner}, ${use.replaceAll('_', ' ')}`
  }
  return `${kind}, ${rest.join(' ').replaceAll('_', ' ')}`
}

async function organizationNames(operator: Orchestra): Promise<ReadonlyMap<string, string>> {
  try {
    const { items } = await operator.users.listOrganizations({ limit: ORGANIZATIONS_MAX }).page()
    return new Map(items.map(({ id, name }) => [id, name]))
  } catch (error) {
    if (error instanceof OrchestraProblem && error.status === 403) return new Map()
    throw error
  }
}
