import { loadOAuth, type FetchLike } from './oauth-sdk.ts'
import { refuseAuth } from './problems.ts'

/** An employee's identity, exchanged at the enterprise's own identity provider (io.modelcontextprotocol/enterprise-managed-authorization). */
export type EnterpriseClient = {
  readonly clientId: string
  readonly clientSecret: string
  readonly issuer?: string | undefined
  readonly scopes?: string | undefined
  readonly idpTokenEndpoint: string
  readonly idpClientId: string
  readonly idpClientSecret?: string | undefined
}

/** What an identity provider is asked to vouch for. */
export type IdJagWish = {
  readonly idToken: string
  /** The authorization server that the ID-JAG is for, and the MCP server behind it. */
  readonly audience: string
  readonly resource: string
  readonly scope: string | undefined
}

/** Exchanges an ID token for an ID-JAG at the enterprise's identity provider (RFC 8693). */
export async function requestIdJag(
  fetchFn: FetchLike,
  { idpTokenEndpoint, idpClientId, idpClientSecret }: EnterpriseClient,
  { scope, ...wish }: IdJagWish,
): Promise<string> {
  const { requestJwtAuthorizationGrant, InsecureTokenEndpointError } = await loadOAuth()
  let status = 0
  try {
    const { jwtAuthGrant } = await requestJwtAuthorizationGrant({
      ...wish,
      tokenEndpoint: idpTokenEndpoint,
      clientId: idpClientId,
      ...(idpClientSecret === undefined ? {} : { clientSecret: idpClientSecret }),
      ...(scope === undefined ? {} : { scope }),
      async fetchFn(url, init) {
        const response = await fetchFn(url, init)
        status = response.status
        return response
      },
    })
    return jwtAuthGrant
  } catch (error) {
    if (error instanceof InsecureTokenEndpointError) throw error
    // The SDK's error repeats what the identity provider wrote, and has no code: it goes no further.
    const isFinal = status >= 400 && status < 500 && status !== 429
    throw isFinal
      ? refuseAuth('hub.connection_refused', {
          detail: 'The identity provider does not exchange the ID token.',
        })
      : refuseAuth('hub.connection_unavailable', {
          detail: 'The identity provider did not exchange the ID token.',
        })
  }
}
