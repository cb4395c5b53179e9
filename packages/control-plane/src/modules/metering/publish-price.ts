import type { MeteredPrice } from '@mcp-orchestra/api/metered-price'
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
import { checkMetered } from './check-metered.ts'
import { earliestStart, type PriceStep } from './price-start.ts'
import { FEE_BPS_DEFAULT, tariffOf, type Price } from './price.ts'
import { refuse } from './problems.ts'

/** A price that a publisher wants from a moment on; `startsAt` undefined is as early as allowed. */
export type PriceWish = {
  readonly serverId: Id<'srv'>
  readonly tool: string
  readonly price: Money
  /** What is metered besides the amount per call. */
  readonly metered?: MeteredPrice | undefined
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
  /** How long a rise of a price in force is announced before, at servers that everyone may use. */
  readonly riseNoticeMs: number
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
    const listing = await deps.servers.listingOf(tx, wish.serverId)
    if (listing === undefined || !mayPrice(principal, listing.ownerId)) {
      throw refuse('metering.server_not_found')
    }
    const { ownerId, isPublic } = listing
    const { metered } = wish
    const tariff = tariffOf({ amount: wish.price.amount, metered })
    if (metered !== undefined) checkMetered(tariff, metered)
    const earlier = await deps.prices.versionsForPublication(tx, wish.serverId, wish.tool)
    const publishedAt = deps.clock.now()
    const history = { own: earlier.own.map(stepOf), fallback: earlier.fallback.map(stepOf) }
    const earliest = earliestStart(history, tariff, publishedAt, {
      maxStaleMs: deps.maxStaleMs,
      noticeMs: isPublic ? deps.riseNoticeMs : 0,
    })
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
      version: earlier.lastVersion + 1,
      publisherId: ownerId,
      amount: wish.price.amount,
      asset: wish.price.asset,
      ...(metered === undefined ? {} : { metered }),
      feeBps: FEE_BPS_DEFAULT,
      publishedAt,
      startsAt: instant(startsAt),
    }
    await deps.prices.add(tx, price)
    await deps.audit.record(tx, {
      organizationId: ownerId,
      actor: principal.keyId ?? principal.memberId ?? 'system',
      action: 'price.published',
      target: price.id,
      detail: {
        server: price.serverId,
        tool: price.tool,
        version: price.version,
        amount: price.amount.toString(),
        asset: price.asset,
        ...(metered === undefined ? {} : { metered: JSON.stringify(metered) }),
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
      ...(metered === undefined ? {} : { metered }),
      feeBps: price.feeBps,
      startsAtMs: price.startsAt,
    })
    return { price, snapshotVersion }
  })
}

function stepOf(price: Price): PriceStep {
  return { version: price.version, tariff: tariffOf(price), startsAt: price.startsAt }
}

/** The owner sets its own prices; the operator may stand in, and the owner is still who is paid. */
function mayPrice({ organizationId, permissions }: Principal, owner: Id<'org'>): boolean {
  return owner === organizationId || permissions.has('platform:operate')
}
