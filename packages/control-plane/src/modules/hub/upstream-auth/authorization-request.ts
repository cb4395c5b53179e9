import type { Challenge } from './challenge.ts'
import {
  chooseClient,
  type ClientBook,
  type OurClient,
  type RegisteredClient,
} from './client-choice.ts'
import { discoverGuard } from './discover-guard.ts'
import { offersScope, type Guard } from './guard.ts'
import {
  loadOAuth,
  type AuthorizationServerMetadata,
  type ClientInformation,
  type FetchLike,
} from './oauth-sdk.ts'
import { refuseAuth } from './problems.ts'
import { selectScope } from './scope.ts'

/** What a person's authorization starts from. */
export type AuthorizationWish = {
  readonly serverUrl: string
  readonly challenge: Challenge
  readonly registered: RegisteredClient | undefined
  /** Scopes that the operator wrote down for the server. */
  readonly scopes: string | undefined
  /** What was asked for before, so that asking for more loses nothing. */
  readonly heldScope: string | undefined
  /** Comes back with the answer: unguessable, and good once. */
  readonly state: string
}

/** The tools of the flow. */
export type AuthorizationTools = OurClient & {
  readonly fetchFn: FetchLike
  readonly book: ClientBook
}

/** What is remembered while a person is away to authorize; it holds the PKCE verifier and is kept sealed. */
export type PendingAuthorization = {
  readonly guard: Guard
  readonly client: ClientInformation
  readonly codeVerifier: string
  readonly callbackUrl: string
  readonly scope: string | undefined
}

/** Finds the authorization server, introduces us and makes the address that the person opens (OAuth 2.1 §4.1.1, PKCE S256). */
export async function beginAuthorization(
  tools: AuthorizationTools,
  wish: AuthorizationWish,
): Promise<{ readonly authorizationUrl: string; readonly pending: PendingAuthorization }> {
  const { fetchFn, callbackUrl } = tools
  const { serverUrl, challenge, registered } = wish
  const guard = await discoverGuard(fetchFn, {
    serverUrl,
    challenge,
    preferredIssuer: registered?.issuer,
  })
  if (guard.metadata !== undefined) requireSafe(guard.metadata)
  const scope = selectScope({
    challenged: challenge.scope,
    configured: wish.scopes,
    supported: guard.scopesSupported,
    held: wish.heldScope,
    offersOfflineAccess: offersScope(guard, 'offline_access'),
  })
  const client = await chooseClient(fetchFn, guard, { ...tools, registered, scope })
  const { startAuthorization } = await loadOAuth()
  const { authorizationUrl, codeVerifier } = await startAuthorization(guard.issuer, {
    ...(guard.metadata === undefined ? {} : { metadata: guard.metadata }),
    clientInformation: client,
    redirectUrl: callbackUrl,
    ...(scope === undefined ? {} : { scope }),
    state: wish.state,
    resource: guard.resource,
  })
  return {
    authorizationUrl: authorizationUrl.href,
    pending: { guard, client, codeVerifier, callbackUrl, scope },
  }
}

/** PKCE has to be promised (MCP 2026-07-28, authorization code protection), and a person is sent to web pages only. */
function requireSafe(metadata: AuthorizationServerMetadata): void {
  if (metadata.code_challenge_methods_supported?.includes('S256') !== true) {
    throw refuseAuth('hub.connection_unsupported', {
      detail: 'It does not promise PKCE with S256 (code_challenge_methods_supported).',
    })
  }
  if (!metadata.response_types_supported.includes('code')) {
    throw refuseAuth('hub.connection_unsupported', { detail: 'It gives no authorization codes.' })
  }
  if (!/^https?:\/\//i.test(metadata.authorization_endpoint)) {
    throw refuseAuth('hub.connection_unsupported', {
      detail: 'Its authorization endpoint is no web page.',
    })
  }
}
