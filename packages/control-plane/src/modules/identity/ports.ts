import type { Id, Instant, Transaction } from '@mcp-orchestra/kernel'
import type { ApiKey } from './key.ts'
import type { KeyGroup, KeyGroupQuery } from './key-group.ts'
import type { Member, Organization } from './organization.ts'

/** A page of a list by id, newest first: `before` is the last id of the page before. */
export type PageOf<I> = { readonly before: I | undefined; readonly limit: number }

/** Where organizations and members are kept. */
export interface OrganizationStore {
  insertOrganization(tx: Transaction, organization: Organization): Promise<void>
  organization(tx: Transaction, id: Id<'org'>): Promise<Organization | undefined>
  organizations(tx: Transaction, page: PageOf<Id<'org'>>): Promise<Organization[]>
  /** False when the e-mail address is taken. */
  insertMember(tx: Transaction, member: Member): Promise<boolean>
  member(tx: Transaction, id: Id<'mbr'>): Promise<Member | undefined>
  memberByEmail(tx: Transaction, email: string): Promise<Member | undefined>
  /** The first operator ever made. */
  firstOperator(tx: Transaction): Promise<Member | undefined>
}

/** Where keys are kept. */
export interface KeyStore {
  insert(tx: Transaction, key: ApiKey): Promise<void>
  /** Locks the row until the end of the transaction. */
  lock(tx: Transaction, id: Id<'key'>): Promise<ApiKey | undefined>
  find(tx: Transaction, id: Id<'key'>): Promise<ApiKey | undefined>
  findByDigest(tx: Transaction, digest: string): Promise<ApiKey | undefined>
  list(tx: Transaction, organizationId: Id<'org'>, page: PageOf<Id<'key'>>): Promise<ApiKey[]>
  /** Keys that are neither revoked nor expired. */
  countActive(tx: Transaction, organizationId: Id<'org'>, at: Instant): Promise<number>
  /** Locks a member's call keys that are neither revoked nor expired. */
  lockCallKeys(tx: Transaction, memberId: Id<'mbr'>, at: Instant): Promise<ApiKey[]>
  /** Writes what may change: the end, the revocation, the successor. */
  update(tx: Transaction, key: ApiKey): Promise<void>
  /** Writes the minute of the last use of keys that have not got it yet; unknown keys are ignored. */
  noteUse(tx: Transaction, uses: ReadonlyMap<Id<'key'>, Instant>): Promise<void>
  /** Marks expired keys that gateways still hold as forgotten, and names them; each key once. */
  takeExpired(tx: Transaction, at: Instant, limit: number): Promise<Id<'key'>[]>
}

/** Where projects and agents are kept. */
export interface KeyGroupStore {
  insert(tx: Transaction, group: KeyGroup): Promise<void>
  /** Holds one that was not removed until the end of the transaction: for a `change` of it, or only against one. */
  lock(
    tx: Transaction,
    id: KeyGroup['id'],
    strength?: 'change' | 'hold',
  ): Promise<KeyGroup | undefined>
  list(tx: Transaction, organizationId: Id<'org'>, query: KeyGroupQuery): Promise<KeyGroup[]>
  count(tx: Transaction, organizationId: Id<'org'>): Promise<number>
  /** Whether a key belongs to it that is neither revoked nor expired. */
  hasActiveKeys(tx: Transaction, group: KeyGroup, at: Instant): Promise<boolean>
  remove(tx: Transaction, id: KeyGroup['id'], at: Instant): Promise<void>
}

/** A session that was just opened, and the `Set-Cookie` values that hand it to a browser. */
export type OpenedSession = {
  readonly memberId: Id<'mbr'>
  readonly cookies: readonly string[]
}

/** Signed-in sessions of members (better-auth behind it). */
export interface Sessions {
  /** The member that a cookie or a signed bearer token stands for. */
  memberOf(headers: Headers): Promise<Id<'mbr'> | undefined>
  /** A one-time token that signs this address in once, within the time. */
  makeLinkToken(email: string): Promise<string>
  /** Opens a session, or refuses with `identity.sign_in_refused`. */
  signIn(email: string, password: string): Promise<OpenedSession>
  /** Uses a link token up, sets the password and opens a session; undefined when it is no good. */
  redeemLink(token: string, password: string): Promise<OpenedSession | undefined>
  /** Ends the session that the headers carry; answers with the cookies that clear the browser's. */
  signOut(headers: Headers): Promise<readonly string[]>
  /** Serves better-auth's own addresses. */
  handle(request: Request): Promise<Response>
}
