import type { CredentialAnswer, CredentialRequest } from '@mcp-orchestra/api/gateway-link'
import { connectionId, type ConnectionEntity } from '@mcp-orchestra/api/snapshot'
import {
  connectUpstream,
  createClientBook,
  createGuardedFetch,
} from '@mcp-orchestra/control-plane/upstream-auth'
import { Problem } from '@mcp-orchestra/kernel'
import type { AccountWay } from './staged-server.ts'

/** An account that the stand-in gets for everyone who calls a server. */
export type StagedAccount = {
  readonly serverId: string
  readonly holderId: string
  readonly serverUrl: string
  readonly way: AccountWay
}

/** Answers gateways that ask for tokens (`POST /internal/credentials`). */
export type StandInCredentials = (request: CredentialRequest) => Promise<CredentialAnswer>

/** Authorizations of one account: one for each thing that may be missing, and no endless asking (MCP, step-up). */
const AUTHORIZATIONS_MAX = 3
/** As long as no other authorization is told: a token that is newer is still the same account's. */
const ACCOUNT = 1

type Held = Extract<CredentialAnswer, { kind: 'token' }> & { readonly scope: string | undefined }

/**
 * Tokens by the real OAuth client of the control plane (`hub/upstream-auth`), for authorization servers that ask
 * nobody: a refused token is followed by an authorization, as if a person had agreed at once.
 */
export function createStandInCredentials(
  accounts: readonly StagedAccount[],
  tell: (connection: ConnectionEntity) => void,
): StandInCredentials {
  const byServer = new Map(accounts.map((account) => [account.serverId, createAccount(account)]))
  return async ({ serverId, refused }) =>
    (await byServer.get(serverId)?.(refused)) ?? { kind: 'refused', detail: 'it has no account' }

  function createAccount({ serverId, holderId, serverUrl, way }: StagedAccount) {
    const fetchFn = createGuardedFetch({ mayReachInside: true })
    const book = createClientBook()
    let held: Held | undefined
    let failed: CredentialAnswer | undefined
    let authorizations = 0
    let last: Promise<CredentialAnswer | undefined> = Promise.resolve(undefined)

    async function answer(refused: CredentialRequest['refused']): Promise<CredentialAnswer> {
      // Whoever was refused with an older token, or with none, gets the one that came meanwhile.
      const isRefused = refused !== null && refused.generation === held?.generation
      if (held !== undefined && !isRefused) return tokenOf(held)
      if (failed !== undefined) return failed
      if (authorizations === AUTHORIZATIONS_MAX) {
        return { kind: 'refused', detail: 'asked often enough' }
      }
      authorizations += 1
      try {
        const { tokens } = await connectUpstream({
          ...way,
          fetchFn,
          book,
          serverUrl,
          challengeHeader: refused?.challenge ?? undefined,
          heldScope: held?.scope,
          nowMs: Date.now(),
        })
        held = {
          kind: 'token',
          holderId,
          serverUrl,
          accessToken: tokens.accessToken,
          generation: authorizations,
          expiresAtMs: tokens.expiresAtMs ?? null,
          scope: tokens.scope,
        }
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        const detail = error.detail ?? error.code
        // What may pass by itself is not held against the account.
        if (error.kind.retryable) return { kind: 'unavailable', detail }
        failed = { kind: 'refused', detail }
        return failed
      }
      const { generation } = held
      const id = connectionId(serverId, holderId)
      tell({ id, serverId, holderId, generation, account: ACCOUNT })
      return tokenOf(held)
    }

    return (refused: CredentialRequest['refused']): Promise<CredentialAnswer> => {
      const next = last.then(() => answer(refused))
      last = next.catch(() => undefined)
      return next
    }
  }
}

function tokenOf({ scope: _scope, ...answer }: Held): CredentialAnswer {
  return answer
}
