import type { CredentialAnswer, CredentialRequest } from '@mcp-orchestra/api/gateway-link'
import { instant, parseId, type Clock, type Transactions } from '@mcp-orchestra/kernel'
import type { ServerStore } from '../ports.ts'
import { readChallenge } from './challenge.ts'
import type { Connection, Holder } from './connection.ts'
import type { ChallengeStore, ConnectionKey, ConnectionStore } from './ports.ts'
import type { Renewals } from './renewals.ts'
import { coversScopes, unionOfScopes } from './scope.ts'
import { upstreamServerOf, type UpstreamServer } from './upstream-server.ts'

/** A token that ends within this is renewed before it is given out, in milliseconds: a call has to arrive with it. */
export const RENEW_BEFORE_MS = 30_000
/** The scheduled renewal comes this much before the end, in milliseconds: two of its turns and a slow server. */
const RENEW_AHEAD_MS = 180_000
/** A server that refuses a token made for this very refusal is not asked again for so long, in milliseconds. */
const REFUSED_FRESH_MS = 10_000
/** Such refusals that are remembered: one for each broken server. */
const REFUSED_FRESH_MAX = 1_000
/** Renewals of one turn; the rest is renewed when it is asked for. */
const RENEWED_MAX = 200

/** Gives gateways the tokens that they call servers with. */
export interface Credentials {
  answer(request: CredentialRequest): Promise<CredentialAnswer>
  /** Renews what ends soon; returns how many. */
  renewDue(): Promise<number>
}

type Refused = NonNullable<CredentialRequest['refused']>

/** Credentials of all connections. */
export function createCredentials(deps: {
  readonly transactions: Transactions
  readonly servers: Pick<ServerStore, 'find'>
  readonly store: ConnectionStore
  readonly challenges: ChallengeStore
  readonly renewals: Renewals
  readonly clock: Clock
  /** Where a person connects an account at a server, by its alias. */
  readonly connectUrl: (alias: string) => string
}): Credentials {
  const { transactions, store, challenges, renewals, clock, connectUrl } = deps
  /** Tokens that were made because the one before was refused, by connection. */
  const replaced = new Map<string, { readonly generation: number; readonly atMs: number }>()

  const required = (
    { alias }: UpstreamServer,
    reason: Extract<CredentialAnswer, { kind: 'authorization_required' }>['reason'],
  ): CredentialAnswer => ({
    kind: 'authorization_required',
    reason,
    url: connectUrl(alias),
  })

  /** The connection of the first holder that has one, for the address that the server has now. */
  async function look(serverId: string, refused: Refused | null, holders: readonly Holder[]) {
    return transactions.run(async (tx) => {
      const id = parseId('srv', serverId)
      const found = id === undefined ? undefined : await deps.servers.find(tx, id)
      const server = found?.enabled === true ? upstreamServerOf(found) : undefined
      if (server === undefined) return undefined
      const challenge = refused?.challenge ?? undefined
      if (challenge !== undefined) await challenges.put(tx, server.id, challenge)
      const service: Holder = { kind: 'organization', id: server.organizationId }
      const wanted = server.auth.kind === 'client_credentials' ? [service] : holders
      for (const holder of wanted) {
        const connection = await store.find(tx, { serverId: server.id, holder })
        if (connection?.grant.serverUrl === server.url) return { server, connection, service }
      }
      return { server, connection: undefined, service }
    })
  }

  const nameOf = ({ serverId, holder }: ConnectionKey): string => `${serverId} ${holder.id}`

  function noteReplaced(key: ConnectionKey, generation: number): void {
    replaced.delete(nameOf(key))
    replaced.set(nameOf(key), { generation, atMs: clock.monotonicMs() })
    const oldest = replaced.keys().next()
    if (replaced.size > REFUSED_FRESH_MAX && oldest.done !== true) replaced.delete(oldest.value)
  }

  function refusesFresh(connection: Connection): boolean {
    const last = replaced.get(nameOf(connection))
    return (
      last?.generation === connection.generation &&
      clock.monotonicMs() - last.atMs < REFUSED_FRESH_MS
    )
  }

  async function wantMore(
    server: UpstreamServer,
    connection: Connection,
    challenge: string | null,
  ): Promise<CredentialAnswer> {
    const { scope, error } = await readChallenge(challenge ?? undefined)
    const known = unionOfScopes(connection.grantedScope, connection.askedScope)
    const helps =
      error === 'insufficient_scope' &&
      scope !== undefined &&
      !coversScopes(known, scope) &&
      server.auth.kind !== 'client_credentials'
    // What was asked for already and is refused still is refused for good (MCP 2026-07-28, step-up).
    if (!helps) return { kind: 'refused', detail: 'the account lacks the right' }
    await transactions.run(async (tx) => {
      await store.lock(tx, connection)
      const now = await store.find(tx, connection)
      if (now === undefined) return
      await store.put(tx, { ...now, wantedScope: unionOfScopes(now.wantedScope, scope) })
    })
    return required(server, 'more_scopes')
  }

  async function renewed(
    server: UpstreamServer,
    key: ConnectionKey,
    known: { readonly connection?: Connection; readonly isRefused: boolean },
    challenge: string | null | undefined,
  ): Promise<CredentialAnswer> {
    const { connection, isRefused } = known
    const generation = connection?.generation ?? 0
    const renewal = await renewals.renew(
      server,
      key,
      { generation, isRefused },
      challenge ?? undefined,
    )
    if (renewal.kind === 'token') {
      if (isRefused) noteReplaced(key, renewal.connection.generation)
      return tokenAnswer(renewal.connection)
    }
    if (renewal.kind === 'expired') return required(server, 'expired')
    // The old one may still be good for a moment.
    const isAlive = (connection?.expiresAt ?? 0) > clock.now()
    if (connection !== undefined && isAlive && !isRefused) return tokenAnswer(connection)
    const { problem } = renewal
    return { kind: 'unavailable', detail: problem.detail ?? problem.kind.title }
  }

  return {
    async answer({ serverId, organizationId, memberId, refused }) {
      const found = await look(serverId, refused, holdersOf(organizationId, memberId))
      if (found === undefined) return { kind: 'refused', detail: 'it is called without a token' }
      const { server, connection, service } = found
      if (connection === undefined) {
        if (server.auth.kind !== 'client_credentials') return required(server, 'not_connected')
        const key = { serverId: server.id, holder: service }
        return renewed(server, key, { isRefused: false }, refused?.challenge)
      }
      const isRefused = refused !== null && refused.generation === connection.generation
      if (isRefused && refused.status === 403) {
        return wantMore(server, connection, refused.challenge)
      }
      if (isRefused && refusesFresh(connection)) {
        return { kind: 'refused', detail: 'it refuses a token that is new' }
      }
      if (connection.state === 'expired' && server.auth.kind !== 'client_credentials') {
        return required(server, 'expired')
      }
      const endsSoon =
        connection.expiresAt !== undefined && connection.expiresAt - clock.now() < RENEW_BEFORE_MS
      if (!isRefused && !endsSoon && connection.state === 'connected') {
        return tokenAnswer(connection)
      }
      if (!isRefused && !connection.renews && connection.state === 'connected') {
        const isAlive = (connection.expiresAt ?? 0) > clock.now()
        return isAlive ? tokenAnswer(connection) : required(server, 'expired')
      }
      return renewed(server, connection, { connection, isRefused }, refused?.challenge)
    },
    async renewDue() {
      const now = clock.now()
      const due = await transactions.run(async (tx) => {
        const keys = await store.due(tx, instant(now + RENEW_AHEAD_MS), RENEWED_MAX)
        const found = []
        for (const key of keys) {
          const server = await deps.servers.find(tx, key.serverId)
          const upstream = server?.enabled === true ? upstreamServerOf(server) : undefined
          const connection = await store.find(tx, key)
          if (upstream !== undefined && connection !== undefined)
            found.push({ upstream, connection })
        }
        return found
      })
      const renewals_ = await Promise.all(
        due.map(({ upstream, connection }) =>
          renewals.renew(
            upstream,
            connection,
            { generation: connection.generation, isRefused: false },
            undefined,
          ),
        ),
      )
      return renewals_.filter(({ kind }) => kind === 'token').length
    },
  }
}

function holdersOf(organizationId: string, memberId: string | null): readonly Holder[] {
  const member = memberId === null ? undefined : parseId('mbr', memberId)
  const organization = parseId('org', organizationId)
  return [
    ...(member === undefined ? [] : [{ kind: 'member', id: member } as const]),
    ...(organization === undefined ? [] : [{ kind: 'organization', id: organization } as const]),
  ]
}

function tokenAnswer(connection: Connection): CredentialAnswer {
  const { holder, generation, grant } = connection
  return {
    kind: 'token',
    holderId: holder.id,
    accessToken: grant.tokens.accessToken,
    generation,
    expiresAtMs: grant.tokens.expiresAtMs ?? null,
    serverUrl: grant.serverUrl,
  }
}
