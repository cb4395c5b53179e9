import type { Principal } from '@mcp-orchestra/api/permission'
import {
  parseId,
  toUuid,
  type Id,
  type IdPrefix,
  type Instant,
  type Transaction,
} from '@mcp-orchestra/kernel'
import type { Place, PriceStore, UsagePageQuery, UsageStore } from './ports.ts'
import type { Price } from './price.ts'
import { refuse } from './problems.ts'
import { publishPrice, type PriceWish, type PublishedPrice, type PublishPriceDeps } from './publish-price.ts'
import type { UsageEvent } from './usage-event.ts'

/** What metering needs from the outside. */
export type MeteringDeps = PublishPriceDeps & { readonly usage: UsageStore }

/** A page of a list; `next` is undefined on the last one. */
export type Page<Item> = { readonly items: readonly Item[]; readonly next: Place | undefined }

/** Prices and usage events: what payments rates and posts by, and what people read. */
export interface Metering {
  publishPrice(principal: Principal, wish: PriceWish): Promise<PublishedPrice>
  /** Versions of a server's tools, newest first; of one tool when it is named. */
  listPrices(query: PriceListQuery): Promise<Page<Price>>
  /** The versions that these ids name; unknown ids are absent. */
  prices(tx: Transaction, ids: readonly Id<'prc'>[]): Promise<Price[]>
  /** Adds events in the transaction that posts them; an id that is there already is a bug of the caller. */
  recordUsage(tx: Transaction, events: readonly UsageEvent[]): Promise<void>
  knownEvents(tx: Transaction, ids: readonly Id<'evt'>[]): Promise<Id<'evt'>[]>
  listUsage(query: UsagePageQuery): Promise<Page<UsageEvent>>
  /** One event, for its payer, its publisher or the operator; a stranger learns nothing (404). */
  usageEvent(principal: Principal, id: string): Promise<UsageEvent>
}

export type PriceListQuery = {
  readonly serverId: Id<'srv'>
  readonly tool: string | undefined
  readonly after: Place | undefined
  readonly limit: number
}

/** Makes the metering module on its stores. */
export function createMetering(deps: MeteringDeps): Metering {
  const { transactions, prices, usage } = deps
  return {
    publishPrice: (principal, wish) => publishPrice(deps, principal, wish),
    listPrices: (query) =>
      transactions.run(async (tx) =>
        pageOf(await prices.page(tx, { ...query, limit: query.limit + 1 }), query.limit, (price) => ({
          at: price.publishedAt,
          id: price.id,
        })),
      ),
    prices: (tx, ids) => prices.find(tx, ids),
    recordUsage: (tx, events) => usage.add(tx, events),
    knownEvents: (tx, ids) => usage.known(tx, ids),
    listUsage: (query) =>
      transactions.run(async (tx) =>
        pageOf(await usage.page(tx, { ...query, limit: query.limit + 1 }), query.limit, (event) => ({
          at: event.at,
          id: event.id,
        })),
      ),
    async usageEvent(principal, text) {
      const id = parseId('evt', text)
      const event =
        id === undefined ? undefined : await transactions.run((tx) => usage.find(tx, id))
      if (event === undefined || !mayRead(principal, event)) {
        throw refuse('metering.usage_event_not_found')
      }
      return event
    },
  }
}

/** The payer and the publisher may read an event, and the operator, who answers for the books. */
function mayRead({ organizationId, permissions }: Principal, event: UsageEvent): boolean {
  if (permissions.has('platform:operate')) return true
  return event.payerId === organizationId || event.publisherId === organizationId
}

function pageOf<Item>(
  found: readonly Item[],
  limit: number,
  keyOf: (item: Item) => { at: Instant; id: Id<IdPrefix> },
): Page<Item> {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  if (found.length <= limit || last === undefined) return { items, next: undefined }
  const { at, id } = keyOf(last)
  return { items, next: { at, uuid: toUuid(id) } }
}
