import type { CallOutcomeKind } from '@mcp-orchestra/api/journal-record'
import type { AssetId, Id, Instant, Transaction } from '@mcp-orchestra/kernel'
import type { PriceRange } from '../hub/index.ts'
import type { Price } from './price.ts'
import type { UsageEvent } from './usage-event.ts'
import type { Month, UsageTotal, UsageTotalKey } from './usage-total.ts'

/** Who publishes a server, and whether everyone may use it; the hub's door implements it. */
export interface ServerDirectory {
  listingOf(
    tx: Transaction,
    serverId: string,
  ): Promise<{ readonly ownerId: Id<'org'>; readonly isPublic: boolean } | undefined>
}

/** Where price versions are kept: added, never changed. */
export interface PriceStore {
  /** Versions that price a tool; holds off other publications there until commit. */
  versionsForPublication(
    tx: Transaction,
    serverId: Id<'srv'>,
    tool: string,
  ): Promise<PublishedVersions>
  add(tx: Transaction, price: Price): Promise<void>
  find(tx: Transaction, ids: readonly Id<'prc'>[]): Promise<Price[]>
  /** What calls of each server cost at a moment; a server without a price is absent. */
  ranges(
    tx: Transaction,
    serverIds: readonly Id<'srv'>[],
    at: Instant,
  ): Promise<ReadonlyMap<string, PriceRange>>
  /** Newest first. */
  page(tx: Transaction, query: PricePageQuery): Promise<Price[]>
}

/** What a publication builds on. */
export type PublishedVersions = {
  /** Of the tool itself, oldest first. */
  readonly own: readonly Price[]
  /** Of every tool without a price of its own, oldest first; empty when that is what is published. */
  readonly fallback: readonly Price[]
  /** The highest number that the new version must exceed; zero before the first. */
  readonly lastVersion: number
}

/** Versions of a server's tools, or of one of them; only those before an id, when it is given. */
export type PricePageQuery = {
  readonly serverId: Id<'srv'>
  readonly tool: string | undefined
  /** Only what is in force at this moment, and the next version after it, of each tool. */
  readonly inForceAt?: Instant | undefined
  readonly before: Id<'prc'> | undefined
  readonly limit: number
}

/** Where usage events are kept: added once, never changed. */
export interface UsageStore {
  add(tx: Transaction, events: readonly UsageEvent[]): Promise<void>
  /** Which of these are there already. */
  known(tx: Transaction, ids: readonly Id<'evt'>[]): Promise<Id<'evt'>[]>
  find(tx: Transaction, id: Id<'evt'>): Promise<UsageEvent | undefined>
  page(tx: Transaction, query: UsagePageQuery): Promise<UsageEvent[]>
  /** What the posted events of a publisher's server in a month came to, for each agreement on shares. */
  splitSums(tx: Transaction, query: SplitQuery): Promise<SplitSum[]>
  /** What the events of each transfer came to, some at a time; reads every event. */
  postedSums(tx: Transaction): AsyncIterable<readonly PostedSum[]>
}

/** Which events to sum up. */
export type SplitQuery = {
  readonly publisherId: Id<'org'>
  readonly serverId: Id<'srv'>
  readonly month: Month
}

/** What posted events under one agreement came to, and what of it went to whom. */
export type SplitSum = {
  readonly shareId: Id<'shr'> | null
  readonly asset: AssetId
  readonly calls: bigint
  readonly posted: bigint
  readonly fee: bigint
  /** In the order of the agreement. */
  readonly shares: readonly bigint[]
}

/** What the posted events that name a transfer came to. */
export type PostedSum = {
  /** UUID of the transfer. */
  readonly transferId: string
  readonly asset: AssetId
  readonly posted: bigint
}

/** Where running totals are kept: they only grow, with each posted call once. */
export interface UsageTotals {
  /** Adds in the given order, so that two batches never wait for each other in a circle; refunds add nothing here. */
  add(tx: Transaction, totals: readonly UsageTotal[]): Promise<void>
  /** Adds to what was given back of a total that is there. */
  refund(tx: Transaction, total: UsageTotalKey, amount: bigint): Promise<void>
  /** All of one payer or publisher until the end of a month, oldest first. */
  of(tx: Transaction, query: UsageTotalsQuery): Promise<UsageTotal[]>
  /** Who has any until the end of a month, in order of id, after the given one. */
  parties(
    tx: Transaction,
    query: Omit<UsageTotalsQuery, 'organizationId'> & {
      readonly after: Id<'org'> | undefined
      readonly limit: number
    },
  ): Promise<Id<'org'>[]>
  /** One row for each month, server, tool and asset. */
  sums(tx: Transaction, query: UsageSumsQuery): Promise<UsageSum[]>
}

/** What the posted calls of one tool came to in one month, over all price versions and other parties. */
export type UsageSum = Pick<
  UsageTotal,
  'month' | 'serverId' | 'tool' | 'asset' | 'calls' | 'posted'
>

/** A page of sums, newest month first; what is undefined does not narrow. */
export type UsageSumsQuery = {
  readonly side: 'payer' | 'publisher'
  readonly organizationId: Id<'org'>
  readonly serverId: Id<'srv'> | undefined
  readonly tool: string | undefined
  /** The first month and the last, both included. */
  readonly from: Month | undefined
  readonly to: Month | undefined
  /** Where the page before ended. */
  readonly after: Pick<UsageSum, 'month' | 'serverId' | 'tool' | 'asset'> | undefined
  readonly limit: number
}

/** Whose totals, and until when. */
export type UsageTotalsQuery = {
  readonly side: 'payer' | 'publisher'
  readonly organizationId: Id<'org'>
  readonly upTo: Month
}

/** Hears which keys made calls; identity keeps it. */
export interface KeyUses {
  note(
    tx: Transaction,
    uses: readonly { readonly keyId: Id<'key'>; readonly at: Instant }[],
  ): Promise<void>
}

/** As what an organization took part in a call: who paid, whose server it was, or either. */
export type Side = 'payer' | 'publisher' | 'any'

/** Which events of one organization; what is undefined does not narrow. */
export type UsageFilter = {
  readonly organizationId: Id<'org'>
  readonly side: Side
  readonly serverId: Id<'srv'> | undefined
  readonly tool?: string | undefined
  readonly outcome?: CallOutcomeKind | undefined
}

/** A page of events, newest first; `from` is included, `to` is not. */
export type UsagePageQuery = UsageFilter & {
  readonly from?: Instant | undefined
  readonly to?: Instant | undefined
  readonly before: Id<'evt'> | undefined
  readonly limit: number
}
