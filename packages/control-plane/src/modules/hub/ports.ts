import type { Id, Instant, Money, Transaction } from '@mcp-orchestra/kernel'
import type { GatewayHealth } from './health.ts'
import type { Server } from './server.ts'
import type { Tool } from './tool.ts'

/** Where servers are kept; removed ones only answer {@link ServerStore.listingOf}. */
export interface ServerStore {
  /** False when the alias is taken. */
  insert(tx: Transaction, server: Server): Promise<boolean>
  find(tx: Transaction, id: Id<'srv'>): Promise<Server | undefined>
  findByAlias(tx: Transaction, alias: string): Promise<Server | undefined>
  /** Locks the row until the end of the transaction. */
  lock(tx: Transaction, id: Id<'srv'>): Promise<Server | undefined>
  /** Writes everything of it that may change. */
  change(tx: Transaction, server: Server): Promise<void>
  setEnabled(tx: Transaction, id: Id<'srv'>, enabled: boolean): Promise<void>
  remove(tx: Transaction, id: Id<'srv'>, at: Instant): Promise<void>
  listingOf(
    tx: Transaction,
    id: Id<'srv'>,
  ): Promise<{ readonly ownerId: Id<'org'>; readonly isPublic: boolean } | undefined>
  count(tx: Transaction, organizationId: Id<'org'>): Promise<number>
  /** What an organization may see (null: everything), newest first. */
  list(
    tx: Transaction,
    query: { visibleTo: Id<'org'> | null; before: Id<'srv'> | undefined; limit: number },
  ): Promise<Server[]>
}

/** Where the OpenAPI documents are kept that servers were made from. */
export interface DocumentStore {
  put(
    tx: Transaction,
    document: {
      readonly serverId: Id<'srv'>
      readonly organizationId: Id<'org'>
      readonly text: string
      readonly readAt: Instant
    },
  ): Promise<void>
  find(tx: Transaction, serverId: Id<'srv'>): Promise<string | undefined>
  remove(tx: Transaction, serverId: Id<'srv'>): Promise<void>
  count(tx: Transaction, organizationId: Id<'org'>): Promise<number>
}

/** Reads a text from an address that a caller named, safely; the message of what it rejects with is for that caller. */
export type ReadAddress = (
  address: string,
  bounds: { readonly mayGoInside: boolean; readonly bytesMax: number },
) => Promise<string>

/** Milliseconds until an organization may have a document compiled; 0: now. Compiling takes the processor. */
export type CompilePace = (organizationId: string) => number

/** Where what gateways report is kept. */
export interface ObservationStore {
  putHealth(tx: Transaction, serverId: Id<'srv'>, health: GatewayHealth): Promise<void>
  health(tx: Transaction, serverIds: readonly Id<'srv'>[]): Promise<Map<string, GatewayHealth[]>>
  /** Replaces the list. */
  putTools(tx: Transaction, serverId: Id<'srv'>, tools: readonly Tool[]): Promise<void>
  /** How many tools each was last seen to list; one that listed none is absent. */
  toolCounts(tx: Transaction, serverIds: readonly Id<'srv'>[]): Promise<ReadonlyMap<string, number>>
  tools(
    tx: Transaction,
    serverId: Id<'srv'>,
    page: { after: string | undefined; limit: number },
  ): Promise<Tool[]>
}

/** What calls of one server cost now; `asset` is the one of most of its prices. */
export type PriceRange = {
  /** Tools that have a price in force, zero included. */
  readonly toolCount: number
  /** Of these, the ones above zero. */
  readonly pricedToolCount: number
  readonly least: Money
  readonly most: Money
}

/** Prices in force, by server id; metering has them. */
export interface PriceRanges {
  ranges(
    tx: Transaction,
    serverIds: readonly Id<'srv'>[],
    at: Instant,
  ): Promise<ReadonlyMap<string, PriceRange>>
}

/** Speaks to connected gateways. */
export interface ProbeCommands {
  /** Asks all connected gateways to look at a server now; returns their names. */
  probe(serverId: string, probeId: string): readonly string[]
}

/** Whether an organization exists. */
export interface OrganizationDirectory {
  exists(tx: Transaction, id: Id<'org'>): Promise<boolean>
}

/** Seals text for one row (AES-256-GCM; the context is authenticated). */
export interface Seal {
  seal(plain: string, context: string): Buffer
  open(sealed: Uint8Array, context: string): string
}
