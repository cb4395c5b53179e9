import {
  Problem,
  type Clock,
  type Id,
  type Transaction,
  type Transactions,
} from '@mcp-orchestra/kernel'
import { readChallenge } from './challenge.ts'
import type { Connection, Grant } from './connection.ts'
import type { ConnectionKeeper } from './connection-keeper.ts'
import { discoverGuard } from './discover-guard.ts'
import { grantToMachine } from './machine-grant.ts'
import { machineClientOf } from './machine-settings.ts'
import type { FetchLike } from './oauth-sdk.ts'
import type { ConnectionKey, ConnectionStore } from './ports.ts'
import { refreshTokens } from './refresh-tokens.ts'
import type { UpstreamServer } from './upstream-server.ts'

/** What became of a renewal. `unavailable`: the authorization server could not be asked. */
export type Renewal =
  | { readonly kind: 'token'; readonly connection: Connection }
  | { readonly kind: 'expired' }
  | { readonly kind: 'unavailable'; readonly problem: Problem }

/** Renews tokens, each once however many ask. */
export interface Renewals {
  /**
   * A token newer than `generation` (0: any). `isRefused`: the server refused it before its time, so who guards
   * the server is looked at anew: another authorization server ends the connection.
   */
  renew(
    server: UpstreamServer,
    key: ConnectionKey,
    known: { readonly generation: number; readonly isRefused: boolean },
    challenge: string | undefined,
  ): Promise<Renewal>
}

/** Renewals at once in one process: each holds a connection to the database while it waits for a stranger. */
const RENEWALS_AT_ONCE = 4

/** Renewals under the lock of their connection. */
export function createRenewals(deps: {
  readonly transactions: Transactions
  readonly store: ConnectionStore
  readonly keeper: ConnectionKeeper
  readonly fetchFor: (server: UpstreamServer) => FetchLike
  readonly bindIssuer: (tx: Transaction, serverId: Id<'srv'>, issuer: string) => Promise<void>
  readonly clock: Clock
}): Renewals {
  const { transactions, store, keeper, clock } = deps
  const running = new Map<string, Promise<Renewal>>()
  const waiting: (() => void)[] = []
  let places = RENEWALS_AT_ONCE

  async function inPlace<T>(work: () => Promise<T>): Promise<T> {
    if (places > 0) places -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) places += 1
      else next()
    }
  }

  async function renewNow(
    server: UpstreamServer,
    key: ConnectionKey,
    known: { readonly generation: number; readonly isRefused: boolean },
    challenge: string | undefined,
  ): Promise<Renewal> {
    const fetchFn = deps.fetchFor(server)
    const issuer = known.isRefused ? await issuerNow(fetchFn, server, challenge) : undefined
    // A transaction that is run again must not use a refresh token twice: that would end its whole family.
    const done = new Map<string, Promise<Grant | Problem>>()
    const once = (name: string, work: () => Promise<Grant>): Promise<Grant | Problem> => {
      const result =
        done.get(name) ??
        work().catch((error: unknown) => {
          if (error instanceof Problem) return error
          throw error
        })
      done.set(name, result)
      return result
    }
    return transactions.run(async (tx) => {
      await store.lock(tx, key)
      const before = await store.find(tx, key)
      if (before !== undefined && before.generation > known.generation) {
        return before.state === 'connected'
          ? { kind: 'token', connection: before }
          : { kind: 'expired' }
      }
      const { auth } = server
      if (auth.kind === 'client_credentials') {
        const grant = await once('machine', async () => {
          const wish = { serverUrl: server.url, challenge: await readChallenge(challenge) }
          const machine = machineClientOf(auth)
          const granted = await grantToMachine(fetchFn, wish, machine, clock.now())
          return { serverUrl: server.url, ...granted, client: undefined }
        })
        if (grant instanceof Problem) return failed(tx, before, grant)
        await deps.bindIssuer(tx, server.id, grant.guard.issuer)
        const connection =
          before === undefined
            ? (await keeper.connect(tx, key, grant, auth.scopes)).connection
            : await keeper.renew(tx, { ...before, state: 'connected' }, grant)
        return { kind: 'token', connection }
      }
      if (before === undefined) return { kind: 'expired' }
      const { guard, client, tokens } = before.grant
      const refreshToken = tokens.refreshToken
      const hasMoved = issuer !== undefined && issuer !== before.issuer
      if (refreshToken === undefined || client === undefined || hasMoved) {
        await keeper.expire(tx, before)
        return { kind: 'expired' }
      }
      const grant = await once(refreshToken, async () => {
        const held = { guard, client, refreshToken, scope: before.grantedScope }
        const fresh = await refreshTokens(fetchFn, held, clock.now())
        return { ...before.grant, tokens: fresh }
      })
      if (grant instanceof Problem) return failed(tx, before, grant)
      return { kind: 'token', connection: await keeper.renew(tx, before, grant) }
    })
  }

  async function failed(
    tx: Transaction,
    before: Connection | undefined,
    problem: Problem,
  ): Promise<Renewal> {
    if (problem.kind.retryable || before === undefined) return { kind: 'unavailable', problem }
    await keeper.expire(tx, before)
    return { kind: 'expired' }
  }

  return {
    renew(server, key, known, challenge) {
      const name = `${key.serverId} ${key.holder.id}`
      const already = running.get(name)
      if (already !== undefined) return already
      const renewal = inPlace(() => renewNow(server, key, known, challenge)).finally(() =>
        running.delete(name),
      )
      running.set(name, renewal)
      return renewal
    },
  }
}

/** The issuer that guards the server now; undefined when that cannot be found out. */
async function issuerNow(
  fetchFn: FetchLike,
  server: UpstreamServer,
  challenge: string | undefined,
): Promise<string | undefined> {
  try {
    const wish = { serverUrl: server.url, challenge: await readChallenge(challenge) }
    return (await discoverGuard(fetchFn, wish)).issuer
  } catch (error) {
    // What cannot be read now proves no change; the renewal itself goes to the issuer that is known.
    if (error instanceof Problem) return undefined
    throw error
  }
}
