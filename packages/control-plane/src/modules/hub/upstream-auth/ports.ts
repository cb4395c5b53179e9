import type { Id, Instant, Transaction } from '@mcp-orchestra/kernel'
import type { PendingAuthorization } from './authorization-request.ts'
import type { Connection, Holder } from './connection.ts'
import type { ClientInformation, FetchLike } from './oauth-sdk.ts'

/** Somebody who is away to authorize. */
export type Attempt = {
  readonly serverId: Id<'srv'>
  readonly holder: Holder
  /** Who began it: nobody else can end it. */
  readonly memberId: Id<'mbr'>
  readonly serverUrl: string
  readonly pending: PendingAuthorization
  readonly expiresAt: Instant
}

/** Which connection. */
export type ConnectionKey = { readonly serverId: Id<'srv'>; readonly holder: Holder }

/** Where connections are kept: what was granted is sealed for its server, holder and issuer. */
export interface ConnectionStore {
  /** Until the end of the transaction nobody else changes this connection, in no process. */
  lock(tx: Transaction, key: ConnectionKey): Promise<void>
  find(tx: Transaction, key: ConnectionKey): Promise<Connection | undefined>
  /** Inserts or replaces. */
  put(tx: Transaction, connection: Connection): Promise<void>
  remove(tx: Transaction, key: ConnectionKey): Promise<void>
  /** With the alias of each server, newest first. */
  ofHolders(
    tx: Transaction,
    holders: readonly Holder[],
  ): Promise<{ readonly connection: Connection; readonly alias: string }[]>
  /** Keys only: the rows of a server may be many. */
  ofServer(tx: Transaction, serverId: Id<'srv'>): Promise<ConnectionKey[]>
  /** Connections that renew themselves and end before a moment, the first to end first. */
  due(tx: Transaction, before: Instant, limit: number): Promise<ConnectionKey[]>
}

/** Where people are kept while they are away to authorize. */
export interface AttemptStore {
  /** Keeps it, and of the member's attempts only the newest so many. */
  add(tx: Transaction, digest: Buffer, attempt: Attempt, keepMax: number): Promise<void>
  /** Takes it out, if it is this member's and not over: it is good once. */
  take(
    tx: Transaction,
    digest: Buffer,
    memberId: Id<'mbr'>,
    now: Instant,
  ): Promise<Attempt | undefined>
  /** Forgets those that are over; returns how many. */
  reap(tx: Transaction, now: Instant): Promise<number>
}

/** Where clients that authorization servers made for us are kept, by issuer. */
export interface ClientStore {
  find(
    tx: Transaction,
    issuer: string,
    callbackUrl: string,
    now: Instant,
  ): Promise<ClientInformation | undefined>
  keep(
    tx: Transaction,
    issuer: string,
    callbackUrl: string,
    client: ClientInformation,
  ): Promise<void>
  forget(tx: Transaction, issuer: string, callbackUrl: string): Promise<void>
}

/** Where the last challenge of each server is kept. */
export interface ChallengeStore {
  put(tx: Transaction, serverId: Id<'srv'>, challenge: string): Promise<void>
  find(tx: Transaction, serverId: Id<'srv'>): Promise<string | undefined>
}

/** Everything that is kept here. */
export type ConnectionStores = {
  readonly connections: ConnectionStore
  readonly attempts: AttemptStore
  readonly clients: ClientStore
  readonly challenges: ChallengeStore
}

/** The fetch for addresses that a server names, by how far it may reach. */
export type FetchFor = (server: { readonly reach: 'open_internet' | 'anywhere' }) => FetchLike
