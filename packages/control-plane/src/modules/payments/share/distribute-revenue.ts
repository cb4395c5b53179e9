import type { Principal } from '@mcp-orchestra/api/permission'
import { USD, type AssetId, type Id } from '@mcp-orchestra/kernel'
import type { Month } from '../../metering/index.ts'
import type { PaymentsDeps } from '../deps.ts'
import { sweepOne } from '../funds/sweep-accrued.ts'
import { requireOwn } from './publish-shares.ts'
import { splitOfMonth, type MonthSplit } from './split-of-month.ts'

/** What distributing needs. */
export type DistributeDeps = Pick<
  PaymentsDeps,
  | 'transactions'
  | 'ledger'
  | 'metering'
  | 'publishers'
  | 'refunds'
  | 'shares'
  | 'servers'
  | 'audit'
  | 'ids'
>

/** Who got what of a server's calls of a month. */
export type Distribution = MonthSplit & {
  readonly serverId: Id<'srv'>
  readonly month: Month
  readonly asset: AssetId
}

/**
 * Makes payable now what everybody who has a part of a server's earnings has accrued, and answers who got what of
 * its calls of a month; for its owner and the operator. Asking again moves only what accrued since. Audited.
 */
export async function distributeRevenue(
  deps: DistributeDeps,
  principal: Principal,
  wish: { readonly serverId: string; readonly month: Month },
): Promise<Distribution> {
  const { month } = wish
  const asset = USD.id
  return deps.transactions.run(async (tx) => {
    const { serverId, publisherId } = await requireOwn(deps, tx, principal, wish.serverId)
    const agreements = await deps.shares.ofServers(tx, [serverId])
    const earners = new Set([
      publisherId,
      ...agreements.flatMap(({ parties }) => parties.map(({ organizationId }) => organizationId)),
    ])
    await deps.publishers.lockSweep(tx)
    await deps.publishers.lockPublishers(tx, [...earners])
    for (const organizationId of earners) await sweepOne(deps, tx, organizationId, asset)
    const query = { publisherId, serverId, month }
    const sold = await deps.metering.splitSums(tx, query)
    const refunds = await deps.refunds.ofServer(tx, query)
    await deps.audit.record(tx, {
      organizationId: publisherId,
      actor: principal.keyId ?? principal.memberId ?? 'system',
      action: 'revenue.distributed',
      target: serverId,
      detail: { month },
    })
    return { serverId, month, asset, ...splitOfMonth(publisherId, sold, refunds, agreements) }
  })
}
