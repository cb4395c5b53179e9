import { USD, type AssetId, type Id } from '@mcp-orchestra/kernel'
import { accountNames, type Ledger } from '../../ledger/index.ts'
import type { PaymentsDeps } from '../deps.ts'

/** What an organization has, as payer and as publisher, in the asset's smallest unit. */
export type OrganizationBalance = {
  readonly organizationId: Id<'org'>
  readonly asset: AssetId
  /** May still be spent, or leased. */
  readonly available: bigint
  /** Lent to gateway processes and not spent yet, as far as their journals have arrived. */
  readonly leased: bigint
  /** Earned and not payable yet. */
  readonly accrued: bigint
  /** May be paid out. */
  readonly payable: bigint
}

/** Reads a balance at one moment. */
export async function readBalance(
  deps: Pick<PaymentsDeps, 'transactions' | 'leases'> & {
    readonly ledger: Pick<Ledger, 'balances'>
  },
  organizationId: Id<'org'>,
): Promise<OrganizationBalance> {
  const asset = USD.id
  const available = accountNames.available(organizationId)
  const accrued = accountNames.accrued(organizationId)
  const payable = accountNames.payable(organizationId)
  return deps.transactions.run(async (tx) => {
    const leased = await deps.leases.openRemainder(tx, organizationId, asset)
    const found = await deps.ledger.balances(tx, [available, accrued, payable], asset)
    const of = (name: typeof available) => found.get(name)?.available ?? 0n
    return {
      organizationId,
      asset,
      available: of(available),
      leased,
      accrued: of(accrued),
      payable: of(payable),
    }
  })
}
