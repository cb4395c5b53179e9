import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { Principal } from '@mcp-orchestra/api/permission'
import type { SnapshotWriter } from '@mcp-orchestra/api/snapshot'
import {
  instant,
  toRfc3339,
  type Clock,
  type Id,
  type Ids,
  type Instant,
  type Money,
  type Transactions,
} from '@mcp-orchestra/kernel'
import type { PriceStore, ServerDirectory } from './ports.ts'
import { earliestStart } from './price-start.ts'
import { FEE_BPS_DEFAULT, type Price } from './price.ts'
import { refuse } from './problems.ts'

/** A price that a publisher wants from a moment on; `startsAt` undefined is as early as allowed. */
export type PriceWish = {
  readonly serverId: Id<'srv'>
  readonly tool: string
  readonly price: Money
  readonly startsAt: Instant | undefined
}

export type PublishPriceDeps = {
  readonly transactions: Transactions
  readonly prices: PriceStore
  readonly servers: ServerDirectory
  readonly snapshot: SnapshotWriter
  readonly audit: AuditLog
  readonly clock: Clock
  readonly ids: Ids
  /** How stale a gateway may be: a rise waits this long, so that nobody is charged more than was shown. */
  readonly maxStaleMs: number
}

/** A published version, and the snapshot version that holds it. */
export type PublishedPrice = { readonly price: Price; readonly snapshotVersion: number }

/**
 * Publishes the next immutable price version of a tool in one transaction with its snapshot change and
 * audit entry. Only the server's owner may, and the operator; for anybody else it does not exist (404).
 */
export async function publishPrice(
  deps: PublishPriceDeps,
  principal: Principal,
  wish: PriceWish,
): Promise<PublishedPrice> {
  return deps.transactions.run(async (tx) => {
    const owner = await deps.servers.ownerOf(tx, wish.serverId)
    if (owner === undefined || !mayPrice(principal, owner)) {
      throw refuse('metering.server_not_found')
    }
    const earlier = await deps.prices.versionsForPublication(tx, wish.serverId, wish.tool)
    const publishedAt = deps.clock.now()
    const earliest = earliestStart(earlier, wish.price.amount, publishedAt, deps.maxStaleMs)
    const startsAt = wish.startsAt ?? earliest
    if (startsAt < earliest) {
      throw refuse('metering.price_start_too_early', {
        detail: `The earliest start is ${toRfc3339(earliest)}.`,
        members: { earliestStartsAt: toRfc3339(earliest) },
      })
    }
    const price: Price = {
      id: deps.ids.make('prc'),
      serverId: wish.serverId,
      tool: wish.tool,
      version: (earlier.at(-1)?.version ?? 0) + 1,
      publisherId: owner,
      amount: wish.price.amount,
      asset: wish.price.asset,
      feeBps: FEE_BPS_DEFAULT,
      publishedAt,
      startsAt: instant(startsAt),
    }
    await deps.prices.add(tx, price)
    await deps.audit.record(tx, {
      organizationId: owner,
      actor: principal.keyId ?? principal.memberId ?? 'system',
      action: 'price.published',
      target: price.id,
      detail: {
        server: price.serverId,
        tool: price.tool,
        version: price.version,
        amount: price.amount.toString(),
        asset: price.asset,
        startsAt: toRfc3339(price.startsAt),
      },
    })
    const snapshotVersion = await deps.snapshot.put(tx, 'price', price.id, {
      id: price.id,
      serverId: price.serverId,
      tool: price.tool,
      version: price.version,
      amount: price.amount.toString(),
      asset: price.asset,
      feeBps: price.feeBps,
      startsAtMs: price.startsAt,
    })
    return { price, snapshotVersion }
  })
}

/** The owner sets its own prices; the operator may stand in, and the owner is still who is paid. */
function mayPrice({ organizationId, permissions }: Principal, owner: Id<'org'>): boolean {
  return owner === organizationId || permissions.has('platform:operate')
}
