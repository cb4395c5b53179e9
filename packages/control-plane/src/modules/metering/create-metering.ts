import type { Principal } from '@mcp-orchestra/api/permission'
import { assert, parseId, type Id, type Transaction } from '@mcp-orchestra/kernel'
import type {
  KeyUses,
  PostedSum,
  PricePageQuery,
  SplitQuery,
  SplitSum,
  UsagePageQuery,
  UsageStore,
  UsageSum,
  UsageSumsQuery,
  UsageTotals,
} from './ports.ts'
import type { Price } from './price.ts'
import { refuse } from './problems.ts'
import {
  publishPrice,
  type PriceWish,
  type PublishedPrice,
  type PublishPriceDeps,
} from './publish-price.ts'
import type { UsageEvent } from './usage-event.ts'
import { totalsOf } from './usage-total.ts'

/** What metering needs from the outside. */
export type MeteringDeps = PublishPriceDeps & {
  readonly usage: UsageStore
  readonly totals: UsageTotals
  readonly keyUses: KeyUses
  /** Told after the commit of what was posted. */
  readonly onPosted: () => void
}

/** Prices and usage events: what payments rates and posts by, and what people read. */
export interface Metering {
  publishPrice(principal: Principal, wish: PriceWish): Promise<PublishedPrice>
  /** Versions of a server's tools, newest first; of one tool when it is named. */
  listPrices(query: PricePageQuery): Promise<Price[]>
  /** The versions that these ids name; unknown ids are absent. */
  prices(tx: Transaction, ids: readonly Id<'prc'>[]): Promise<Price[]>
  /** Adds events in the transaction that posts them; an id that is there already is a bug of the caller. */
  recordUsage(tx: Transaction, events: readonly UsageEvent[]): Promise<void>
  /** Notes that a part of a posted event was given back, in the transaction that gives it back. */
  recordRefund(tx: Transaction, event: UsageEvent, amount: bigint): Promise<void>
  /** Call it after the commit of {@link recordUsage}: live streams look. */
  usagePosted(): void
  /** What the posted calls of a publisher's server in a month came to, for each agreement on shares. */
  splitSums(tx: Transaction, query: SplitQuery): Promise<SplitSum[]>
  /** What the events of each transfer came to, some at a time; reads every event: for an audit. */
  postedSums(tx: Transaction): AsyncIterable<readonly PostedSum[]>
  knownEvents(tx: Transaction, ids: readonly Id<'evt'>[]): Promise<Id<'evt'>[]>
  /** Events of one organization, newest first. */
  listUsage(query: UsagePageQuery): Promise<UsageEvent[]>
  /** What the calls of a payer, or of a publisher's servers, came to (see `usage-total.ts`). */
  readonly totals: Pick<UsageTotals, 'of' | 'parties'>
  /** What posted calls came to, by month, server and tool, newest month first. */
  sumUsage(query: UsageSumsQuery): Promise<UsageSum[]>
  /** One event, for its payer, its publisher or the operator; a stranger learns nothing (404). */
  usageEvent(principal: Principal, id: string): Promise<UsageEvent>
}

/** Makes the metering module on its stores. */
export function createMetering(deps: MeteringDeps): Metering {
  const { transactions, prices, usage } = deps
  return {
    publishPrice: (principal, wish) => publishPrice(deps, principal, wish),
    listPrices: (query) => transactions.run((tx) => prices.page(tx, query)),
    prices: (tx, ids) => prices.find(tx, ids),
    async recordUsage(tx, events) {
      await usage.add(tx, events)
      await deps.totals.add(tx, totalsOf(events))
      await deps.keyUses.note(tx, events)
    },
    async recordRefund(tx, event, amount) {
      const [total] = totalsOf([event])
      assert(total !== undefined, 'only a posted event is refunded')
      await deps.totals.refund(tx, total, amount)
    },
    usagePosted: deps.onPosted,
    splitSums: (tx, query) => usage.splitSums(tx, query),
    postedSums: (tx) => usage.postedSums(tx),
    knownEvents: (tx, ids) => usage.known(tx, ids),
    totals: deps.totals,
    listUsage: (query) => transactions.run((tx) => usage.page(tx, query)),
    sumUsage: (query) => transactions.run((tx) => deps.totals.sums(tx, query)),
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
