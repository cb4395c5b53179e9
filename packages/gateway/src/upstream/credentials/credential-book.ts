import type { CredentialAnswer, CredentialRequest } from '@mcp-orchestra/api/gateway-link'
import { connectionId, type ConnectionEntity, type ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem, type Clock } from '@mcp-orchestra/kernel'
import type { SnapshotReplica } from '../../snapshot/replica.ts'
import { refuseUpstream } from '../problems.ts'
import { accountFor, type AccountCaller } from './account.ts'

/** What goes into the `Authorization` header of a request to a server. */
export type Authorization = { readonly header: string; readonly generation: number }

/** What a server refused: with which token, if any, and what it asked for. */
export type Refusal = {
  readonly sent: Authorization | undefined
  readonly status: 401 | 403
  readonly challenge: string | undefined
}

/** Tokens for servers, by caller. An inbound `Authorization` is never one of them. */
export interface CredentialBook {
  /** Undefined when the caller has no account there. Waits only for a token that is not in memory. */
  authorizationFor(
    server: ServerEntity,
    caller: AccountCaller | undefined,
  ): Authorization | undefined | Promise<Authorization | undefined>
  /** Another token after a refusal; rejects with the problem that says what a person has to do. */
  afterRefusal(
    server: ServerEntity,
    caller: AccountCaller | undefined,
    refusal: Refusal,
  ): Promise<Authorization>
}

/** Asks the control plane for a token. */
export type RequestCredential = (request: CredentialRequest) => Promise<CredentialAnswer>

/** Tokens in memory: more than the accounts that one process serves at a time; a forgotten one is asked for again. */
const TOKENS_MAX = 50_000
/** A token that ends within this is asked for again before it is used, in milliseconds. */
const ENDS_SOON_MS = 15_000
/** One that could not be renewed is used on, and asked for no more often than this, in milliseconds. */
const ASK_AGAIN_MS = 5_000
/** A longer challenge is not passed on, in characters. */
const CHALLENGE_CHARS_MAX = 8_192

type Held = Authorization & {
  readonly serverUrl: string
  readonly expiresAtMs: number | undefined
  readonly askedAtMs: number
}

/**
 * Tokens that the control plane gave, in memory only. A token is used while the snapshot names its connection, for
 * the address that it was given for: what is disconnected there is gone here with the same change.
 */
export function createCredentialBook(deps: {
  readonly snapshot: Pick<SnapshotReplica, 'connectionOf' | 'onChange'>
  readonly request: RequestCredential
  readonly clock: Clock
}): CredentialBook {
  const { snapshot, request, clock } = deps
  const held = new Map<string, Held>()
  const asked = new Map<string, Promise<CredentialAnswer>>()
  snapshot.onChange(({ kind, id }) => {
    // A change is a new generation, a new account or an end: each needs another token.
    if (kind === 'connection') held.delete(id)
  })

  function keep(server: ServerEntity, answer: CredentialAnswer): Authorization {
    if (answer.kind !== 'token') throw problemOf(server, answer)
    const { holderId, accessToken, generation, expiresAtMs, serverUrl } = answer
    if (serverUrl !== urlOf(server)) {
      throw refuseUpstream('upstream.authorization_unavailable', {
        detail: 'the server was moved a moment ago',
      })
    }
    const key = connectionId(server.id, holderId)
    held.delete(key)
    const fresh: Held = {
      header: `Bearer ${accessToken}`,
      generation,
      serverUrl,
      expiresAtMs: expiresAtMs ?? undefined,
      askedAtMs: clock.monotonicMs(),
    }
    held.set(key, fresh)
    const oldest = held.keys().next()
    if (held.size > TOKENS_MAX && oldest.done !== true) held.delete(oldest.value)
    return fresh
  }

  /** Callers that ask for the same at the same time share one question. */
  function ask(name: string, question: CredentialRequest): Promise<CredentialAnswer> {
    const running = asked.get(name)
    if (running !== undefined) return running
    const answer = request(question).finally(() => asked.delete(name))
    asked.set(name, answer)
    return answer
  }

  function usable(server: ServerEntity, account: ConnectionEntity): Held | undefined {
    const token = held.get(account.id)
    if (token === undefined || token.generation < account.generation) return undefined
    if (token.serverUrl !== urlOf(server)) return undefined
    const leftMs = (token.expiresAtMs ?? Infinity) - clock.now()
    if (leftMs <= 0) return undefined
    const isFresh = clock.monotonicMs() - token.askedAtMs < ASK_AGAIN_MS
    return leftMs > ENDS_SOON_MS || isFresh ? token : undefined
  }

  async function fetchFor(
    server: ServerEntity,
    account: ConnectionEntity,
    caller: AccountCaller | undefined,
  ): Promise<Authorization> {
    const name = `${account.id} ${account.generation}`
    try {
      return keep(server, await ask(name, { ...questionOf(server, caller), refused: null }))
    } catch (error) {
      const old = held.get(account.id)
      const isAlive = old !== undefined && (old.expiresAtMs ?? Infinity) > clock.now()
      const isAway = error instanceof Problem && error.kind.retryable
      // While the control plane is away, a token that nobody has taken back is as good as before.
      if (isAlive && isAway && old.serverUrl === urlOf(server)) return old
      throw asUpstream(error)
    }
  }

  return {
    authorizationFor(server, caller) {
      const account = accountFor(snapshot, server, caller)
      if (account === undefined) return undefined
      return usable(server, account) ?? fetchFor(server, account, caller)
    },
    async afterRefusal(server, caller, { sent, status, challenge }) {
      const generation = sent?.generation ?? null
      const question = questionOf(server, caller)
      const name = `${JSON.stringify(question)} ${status} ${generation} ${challenge ?? ''}`
      const refused = {
        generation,
        status,
        challenge:
          challenge === undefined || challenge.length > CHALLENGE_CHARS_MAX ? null : challenge,
      }
      try {
        return keep(server, await ask(name, { ...question, refused }))
      } catch (error) {
        throw asUpstream(error)
      }
    },
  }
}

function questionOf({ id, organizationId }: ServerEntity, caller: AccountCaller | undefined) {
  return {
    serverId: id,
    organizationId: caller?.organizationId ?? organizationId,
    memberId: caller?.memberId ?? null,
  }
}

function urlOf({ transport }: ServerEntity): string {
  return transport.kind === 'http' ? transport.url : ''
}

function problemOf(
  { alias }: ServerEntity,
  answer: Exclude<CredentialAnswer, { kind: 'token' }>,
): Problem {
  switch (answer.kind) {
    case 'authorization_required':
      return refuseUpstream('upstream.authorization_required', {
        detail: `open ${answer.url} to authorize`,
        members: { server: alias, reason: answer.reason, authorizationUrl: answer.url },
      })
    case 'refused':
      return refuseUpstream('upstream.authorization_refused', { detail: answer.detail })
    case 'unavailable':
      return refuseUpstream('upstream.authorization_unavailable', { detail: answer.detail })
  }
}

/** The control plane's silence is nothing that a caller can read. */
function asUpstream(error: unknown): unknown {
  if (!(error instanceof Problem) || error.code.startsWith('upstream.')) return error
  return refuseUpstream('upstream.authorization_unavailable', {
    detail: 'the control plane cannot be asked for the token',
    cause: error,
  })
}
