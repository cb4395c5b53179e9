import type { Principal } from '@mcp-orchestra/api/permission'
import { distributeRevenue, type DistributeDeps, type Distribution } from './distribute-revenue.ts'
import {
  publishShares,
  requireOwn,
  type PublishSharesDeps,
  type SharesWish,
} from './publish-shares.ts'
import type { ShareAgreement } from './share-agreement.ts'

/** Agreements on who shares what servers earn. */
export interface Shares {
  publish(principal: Principal, wish: SharesWish): Promise<ShareAgreement>
  /** Makes earnings of a server payable, and answers who got what of a month. */
  distribute(
    principal: Principal,
    wish: Parameters<typeof distributeRevenue>[2],
  ): Promise<Distribution>
  /** Versions of a server, newest first, for its owner and the operator. */
  list(principal: Principal, serverId: string): Promise<ShareAgreement[]>
}

/** Makes shares on their stores. */
export function createShares(deps: PublishSharesDeps & DistributeDeps): Shares {
  return {
    publish: (principal, wish) => publishShares(deps, principal, wish),
    distribute: (principal, wish) => distributeRevenue(deps, principal, wish),
    list: (principal, text) =>
      deps.transactions.run(async (tx) => {
        const { serverId } = await requireOwn(deps, tx, principal, text)
        return (await deps.shares.ofServers(tx, [serverId])).toReversed()
      }),
  }
}
