import { randomBytes } from 'node:crypto'
import { beginAuthorization, type AuthorizationTools } from './authorization-request.ts'
import { readChallenge } from './challenge.ts'
import type { ClientBook, RegisteredClient } from './client-choice.ts'
import type { EnterpriseClient } from './id-jag.ts'
import type { ClientInformation, FetchLike } from './oauth-sdk.ts'
import { grantToEmployee, grantToMachine } from './machine-grant.ts'
import type { Granted, MachineClient } from './machine-grant.ts'
import { refuseAuth } from './problems.ts'
import { redeemCode } from './redeem-code.ts'

/** How a server is connected in one go. */
export type UpstreamConnect = Partial<Omit<AuthorizationTools, 'fetchFn'>> & {
  readonly fetchFn: FetchLike
  readonly serverUrl: string
  /** The `WWW-Authenticate` header that the server refused with, when it did. */
  readonly challengeHeader?: string | undefined
  readonly heldScope?: string | undefined
  readonly registered?: RegisteredClient | undefined
  readonly scopes?: string | undefined
  readonly machine?: MachineClient | undefined
  readonly enterprise?: (EnterpriseClient & { readonly idToken: string }) | undefined
  readonly nowMs: number
  /** Takes the authorization address to its end and gives the address that it came back to; without a person when absent. */
  readonly visit?: (authorizationUrl: string) => Promise<string>
}

/** Where an authorization server sends the answer when nobody listens for it. */
const NOWHERE = 'http://127.0.0.1/oauth/callback'

/** The whole flow in one process, from the refused request to the token: for tests, and for authorization servers that ask nobody. */
export async function connectUpstream(
  connect: UpstreamConnect,
): Promise<Granted & { readonly client: ClientInformation | undefined }> {
  const { fetchFn, serverUrl, nowMs, callbackUrl = NOWHERE } = connect
  const challenge = await readChallenge(connect.challengeHeader)
  const wish = { serverUrl, challenge }
  if (connect.machine !== undefined) {
    return {
      ...(await grantToMachine(fetchFn, wish, connect.machine, nowMs)),
      client: undefined,
    }
  }
  if (connect.enterprise !== undefined) {
    const { idToken, ...client } = connect.enterprise
    return {
      ...(await grantToEmployee(fetchFn, { ...wish, idToken }, client, nowMs)),
      client: undefined,
    }
  }
  const state = randomBytes(32).toString('base64url')
  const { authorizationUrl, pending } = await beginAuthorization(
    {
      fetchFn,
      callbackUrl,
      documentUrl: connect.documentUrl,
      book: connect.book ?? createClientBook(),
    },
    {
      ...wish,
      registered: connect.registered,
      scopes: connect.scopes,
      heldScope: connect.heldScope,
      state,
    },
  )
  const visit = connect.visit ?? ((url: string) => visitAlone(fetchFn, url))
  const answer = new URL(await visit(authorizationUrl)).searchParams
  if (answer.get('state') !== state) {
    throw refuseAuth('hub.connection_untrusted', {
      detail: 'The answer belongs to another question.',
    })
  }
  const tokens = await redeemCode(fetchFn, pending, answer, nowMs)
  return { guard: pending.guard, tokens, client: pending.client }
}

/** A book of clients in memory. */
export function createClientBook(): ClientBook {
  const clients = new Map<string, ClientInformation>()
  return {
    find: (issuer) => Promise.resolve(clients.get(issuer)),
    keep(issuer, client) {
      clients.set(issuer, client)
      return Promise.resolve()
    },
  }
}

async function visitAlone(fetchFn: FetchLike, authorizationUrl: string): Promise<string> {
  const response = await fetchFn(authorizationUrl, { redirect: 'manual' })
  await response.body?.cancel()
  const location = response.headers.get('location')
  if (location === null) {
    throw refuseAuth('hub.connection_refused', {
      detail: 'The authorization server wants to see a person.',
    })
  }
  return new URL(location, authorizationUrl).href
}
