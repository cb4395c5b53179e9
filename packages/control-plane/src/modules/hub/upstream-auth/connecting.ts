import { createHash, randomBytes } from 'node:crypto'
import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { Principal } from '@mcp-orchestra/api/permission'
import type { SnapshotBarrier } from '@mcp-orchestra/api/snapshot'
import {
  instant,
  Problem,
  type Clock,
  type Id,
  type Instant,
  type Transaction,
  type Transactions,
} from '@mcp-orchestra/kernel'
import { actorOf } from '../../identity/index.ts'
import { beginAuthorization } from './authorization-request.ts'
import { readChallenge } from './challenge.ts'
import type { ClientBook, OurClient } from './client-choice.ts'
import type { Connection, Grant, Holder } from './connection.ts'
import type { ConnectionKeeper } from './connection-keeper.ts'
import { grantToEmployee } from './machine-grant.ts'
import { registeredClientOf } from './machine-settings.ts'
import type { FetchLike } from './oauth-sdk.ts'
import type { ConnectionKey, ConnectionStores } from './ports.ts'
import { askForChallenge } from './preflight.ts'
import { refuseAuth } from './problems.ts'
import { redeemCode } from './redeem-code.ts'
import type { Renewals } from './renewals.ts'
import type { UpstreamServer } from './upstream-server.ts'

/** A person has this long to authorize, in milliseconds: time for a password, a second factor and a coffee. */
const ATTEMPT_MS = 600_000
/** Attempts that one member has open; older ones are forgotten. */
const ATTEMPTS_MAX = 16
/** Random bytes of a state (256 bits: nobody guesses one). */
const STATE_BYTES = 32

/** What starting came to: a place to go, or a connection at once. */
export type Started =
  | { readonly authorizationUrl: string; readonly expiresAt: Instant }
  | { readonly connection: Connection }

/** Connects accounts. */
export interface Connecting {
  begin(
    principal: Principal,
    server: UpstreamServer,
    wish: { readonly holder: Holder; readonly idToken: string | undefined },
  ): Promise<Started>
  /** Ends what `begin` began, for the member who began it; everybody else's answer is that there is nothing. */
  complete(
    member: { readonly id: Id<'mbr'>; readonly organizationId: Id<'org'> },
    answer: URLSearchParams,
  ): Promise<{ readonly serverId: Id<'srv'>; readonly problem: Problem | undefined }>
}

/** What connecting needs. */
export type ConnectingDeps = {
  readonly transactions: Transactions
  readonly stores: ConnectionStores
  readonly keeper: ConnectionKeeper
  readonly renewals: Renewals
  readonly fetchFor: (server: UpstreamServer) => FetchLike
  readonly serverById: (tx: Transaction, id: Id<'srv'>) => Promise<UpstreamServer | undefined>
  readonly bindIssuer: (tx: Transaction, serverId: Id<'srv'>, issuer: string) => Promise<void>
  readonly audit: AuditLog
  readonly barrier: SnapshotBarrier
  readonly clock: Clock
  readonly us: OurClient
}

/** Who acts, for the audit trail. */
type Who = {
  readonly organizationId: Id<'org'>
  readonly actor: string
  /** The enterprise's own, when it vouched. */
  readonly identityProvider?: string
}

/** Connects accounts, each for whoever began it. */
export function createConnecting(deps: ConnectingDeps): Connecting {
  const { transactions, stores, keeper, clock, us } = deps

  const book: ClientBook = {
    find: (issuer) =>
      transactions.run((tx) => stores.clients.find(tx, issuer, us.callbackUrl, clock.now())),
    keep: (issuer, client) =>
      transactions.run((tx) => stores.clients.keep(tx, issuer, us.callbackUrl, client)),
  }

  async function store(
    key: ConnectionKey,
    grant: Grant,
    askedScope: string | undefined,
    who: Who,
  ): Promise<Connection> {
    const { connection, version } = await transactions.run(async (tx) => {
      const server = await deps.serverById(tx, key.serverId)
      // It was changed or removed while the person was away: the token is for another place.
      if (server?.url !== grant.serverUrl) throw refuseAuth('hub.connection_attempt_gone')
      await stores.connections.lock(tx, key)
      // Before the snapshot's lock: whoever changes a server takes these two in this order.
      await deps.bindIssuer(tx, key.serverId, grant.guard.issuer)
      const connected = await keeper.connect(tx, key, grant, askedScope)
      await record(tx, who, 'connection.made', key, {
        issuer: grant.guard.issuer,
        ...(who.identityProvider === undefined ? {} : { identityProvider: who.identityProvider }),
      })
      return connected
    })
    await deps.barrier.reached(version)
    return connection
  }

  function record(
    tx: Transaction,
    { organizationId, actor }: Who,
    action: 'connection.begun' | 'connection.made',
    { serverId, holder }: ConnectionKey,
    detail: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    return deps.audit.record(tx, {
      organizationId,
      actor,
      action,
      target: serverId,
      detail: { holder: holder.id, ...detail },
    })
  }

  async function beginForPerson(
    memberId: Id<'mbr'>,
    server: UpstreamServer,
    holder: Holder,
    who: Who,
  ): Promise<Started> {
    const { auth } = server
    const fetchFn = deps.fetchFor(server)
    const key = { serverId: server.id, holder }
    const { before, stored } = await transactions.run(async (tx) => ({
      before: await stores.connections.find(tx, key),
      stored: await stores.challenges.find(tx, server.id),
    }))
    const header = (await askForChallenge(fetchFn, server.url)) ?? stored
    const challenge = await readChallenge(header)
    const state = randomBytes(STATE_BYTES).toString('base64url')
    const { authorizationUrl, pending } = await beginAuthorization(
      { ...us, fetchFn, book },
      {
        serverUrl: server.url,
        challenge: { ...challenge, scope: before?.wantedScope ?? challenge.scope },
        registered: auth.kind === 'oauth' ? registeredClientOf(auth) : undefined,
        scopes: auth.scopes,
        heldScope: before?.askedScope,
        state,
      },
    )
    const expiresAt = instant(clock.now() + ATTEMPT_MS)
    await transactions.run(async (tx) => {
      // From the first time on, a client that was entered belongs to whom it is shown.
      await deps.bindIssuer(tx, server.id, pending.guard.issuer)
      const attempt = { ...key, memberId, serverUrl: server.url, pending, expiresAt }
      await stores.attempts.add(tx, digestOf(state), attempt, ATTEMPTS_MAX)
      await record(tx, who, 'connection.begun', key, { issuer: pending.guard.issuer })
    })
    return { authorizationUrl, expiresAt }
  }

  return {
    async begin(principal, server, { holder, idToken }) {
      const { auth } = server
      const key = { serverId: server.id, holder }
      const who = { organizationId: principal.organizationId, actor: actorOf(principal) }
      if (auth.kind === 'client_credentials') {
        const renewal = await deps.renewals.renew(
          server,
          key,
          { generation: Number.MAX_SAFE_INTEGER, isRefused: false },
          undefined,
        )
        if (renewal.kind === 'token') {
          await transactions.run((tx) => record(tx, who, 'connection.made', key))
          return { connection: renewal.connection }
        }
        throw renewal.kind === 'unavailable'
          ? renewal.problem
          : refuseAuth('hub.connection_refused')
      }
      if (auth.kind === 'enterprise') {
        if (idToken === undefined) throw refuseAuth('hub.connection_id_token_needed')
        const challenge = await readChallenge(
          await askForChallenge(deps.fetchFor(server), server.url),
        )
        const wish = { serverUrl: server.url, challenge, idToken }
        const granted = await grantToEmployee(deps.fetchFor(server), wish, auth, clock.now())
        const grant: Grant = {
          ...granted,
          serverUrl: server.url,
          client: { client_id: auth.clientId },
        }
        const identityProvider = new URL(auth.idpTokenEndpoint).origin
        const vouched = { ...who, identityProvider }
        return { connection: await store(key, grant, auth.scopes, vouched) }
      }
      if (principal.memberId === null) throw refuseAuth('hub.connection_needs_member')
      return await beginForPerson(principal.memberId, server, holder, who)
    },
    async complete(member, answer) {
      const state = answer.get('state') ?? ''
      const { attempt, server } = await transactions.run(async (tx) => {
        const digest = digestOf(state)
        const taken = await stores.attempts.take(tx, digest, member.id, clock.now())
        const found = taken === undefined ? undefined : await deps.serverById(tx, taken.serverId)
        return { attempt: taken, server: found }
      })
      if (attempt === undefined || server === undefined) {
        throw refuseAuth('hub.connection_attempt_gone')
      }
      const { pending, serverUrl } = attempt
      const { guard, client, scope } = pending
      try {
        const fetchFn = deps.fetchFor(server)
        const tokens = await redeemCode(fetchFn, pending, answer, clock.now())
        const who = { organizationId: member.organizationId, actor: member.id }
        await store(attempt, { serverUrl, guard, client, tokens }, scope, who)
        return { serverId: server.id, problem: undefined }
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        // A client that the authorization server forgot is registered anew the next time.
        if (error.members['error'] === 'invalid_client') {
          await transactions.run((tx) => stores.clients.forget(tx, guard.issuer, us.callbackUrl))
        }
        return { serverId: server.id, problem: error }
      }
    },
  }
}

function digestOf(state: string): Buffer {
  return createHash('sha256').update('connection state ').update(state).digest()
}
