import type { Id } from '@mcp-orchestra/kernel'
import type { BillingDeps } from '../deps.ts'
import { refuse } from '../problems.ts'
import type { Party } from './party.ts'

/** Says who an organization is on its next invoices; those that are written keep what they say. Audited. */
export async function saveProfile(
  deps: Pick<BillingDeps, 'transactions' | 'directory' | 'profiles' | 'audit' | 'clock'>,
  actor: string,
  organizationId: Id<'org'>,
  party: Party,
): Promise<void> {
  await deps.transactions.run(async (tx) => {
    if (!(await deps.directory.exists(tx, organizationId))) {
      throw refuse('billing.organization_not_found')
    }
    const version = await deps.profiles.add(tx, organizationId, party, deps.clock.now())
    await deps.audit.record(tx, {
      organizationId,
      actor,
      action: 'billing_profile.saved',
      target: organizationId,
      detail: { version, country: party.address.country },
    })
  })
}
