import type { OAuthClientProvider } from '@modelcontextprotocol/client'
import type { Challenge } from './challenge.ts'
import { discoverGuard } from './discover-guard.ts'
import type { Guard } from './guard.ts'
import { requestIdJag, type EnterpriseClient } from './id-jag.ts'
import { loadOAuth, type FetchLike } from './oauth-sdk.ts'
import { refuseAuth } from './problems.ts'
import { selectScope } from './scope.ts'
import { refusedByServer } from './token-refusal.ts'
import { tokensOf, type Tokens } from './tokens.ts'

/** A client that acts for itself (io.modelcontextprotocol/oauth-client-credentials). */
export type MachineClient = {
  readonly clientId: string
  /** Proven by a secret, or by an assertion signed with a private key (RFC 7523 §2.2). */
  readonly proof:
    | { readonly kind: 'secret'; readonly secret: string }
    | { readonly kind: 'key'; readonly privateKey: string; readonly algorithm: string }
  readonly issuer?: string | undefined
  readonly scopes?: string | undefined
}

/** Tokens, and who gave them. */
export type Granted = { readonly guard: Guard; readonly tokens: Tokens }

type GrantWish = { readonly serverUrl: string; readonly challenge: Challenge }

/** Gets a token by client credentials (RFC 6749 §4.4), from the issuer of the client only. */
export async function grantToMachine(
  fetchFn: FetchLike,
  { serverUrl, challenge }: GrantWish,
  client: MachineClient,
  nowMs: number,
): Promise<Granted> {
  const { ClientCredentialsProvider, PrivateKeyJwtProvider } = await loadOAuth()
  const guard = await guardOf(fetchFn, { serverUrl, challenge }, client.issuer)
  const { clientId, proof } = client
  const provider =
    proof.kind === 'secret'
      ? new ClientCredentialsProvider({
          clientId,
          clientSecret: proof.secret,
          expectedIssuer: guard.issuer,
        })
      : new PrivateKeyJwtProvider({
          clientId,
          privateKey: proof.privateKey,
          algorithm: proof.algorithm,
          expectedIssuer: guard.issuer,
        })
  return await grant(fetchFn, guard, provider, scopeFor(guard, challenge, client.scopes), nowMs)
}

/** Exchanges an ID token for an ID-JAG (RFC 8693), and that for a token of the server's own authorization server (RFC 7523 §2.1). */
export async function grantToEmployee(
  fetchFn: FetchLike,
  { serverUrl, challenge, idToken }: GrantWish & { readonly idToken: string },
  client: EnterpriseClient,
  nowMs: number,
): Promise<Granted> {
  const { CrossAppAccessProvider } = await loadOAuth()
  const guard = await guardOf(fetchFn, { serverUrl, challenge }, client.issuer)
  const provider = new CrossAppAccessProvider({
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    expectedIssuer: guard.issuer,
    fetchFn,
    assertion: ({ authorizationServerUrl: audience, resourceUrl: resource, scope }) =>
      requestIdJag(fetchFn, client, { idToken, audience, resource, scope }),
  })
  provider.saveAuthorizationServerUrl?.(guard.issuer)
  provider.saveResourceUrl?.(guard.resource)
  return await grant(fetchFn, guard, provider, scopeFor(guard, challenge, client.scopes), nowMs)
}

async function guardOf(
  fetchFn: FetchLike,
  wish: GrantWish,
  issuer: string | undefined,
): Promise<Guard> {
  const guard = await discoverGuard(fetchFn, { ...wish, preferredIssuer: issuer })
  if (issuer !== undefined && issuer !== guard.issuer) {
    throw refuseAuth('hub.connection_issuer_changed', { members: { issuer: guard.issuer } })
  }
  return guard
}

function scopeFor(
  { scopesSupported }: Guard,
  challenge: Challenge,
  configured: string | undefined,
): string | undefined {
  return selectScope({
    challenged: challenge.scope,
    configured,
    supported: scopesSupported,
    held: undefined,
    // A client that acts for itself asks again: it needs no refresh token.
    offersOfflineAccess: false,
  })
}

async function grant(
  fetchFn: FetchLike,
  guard: Guard,
  provider: OAuthClientProvider,
  scope: string | undefined,
  nowMs: number,
): Promise<Granted> {
  const { fetchToken } = await loadOAuth()
  try {
    const tokens = await fetchToken(provider, guard.issuer, {
      ...(guard.metadata === undefined ? {} : { metadata: guard.metadata }),
      resource: guard.resource,
      ...(scope === undefined ? {} : { scope }),
      fetchFn,
    })
    return { guard, tokens: tokensOf(tokens, scope, nowMs) }
  } catch (error) {
    throw await refusedByServer(error)
  }
}
