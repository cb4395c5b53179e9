import type { Grant } from './connection.ts'
import { loadOAuth, type FetchLike } from './oauth-sdk.ts'

/** What became of a revocation. */
export type Revocation = 'done' | 'failed' | 'not_offered'

/** Tells the authorization server that the tokens are not used any more (RFC 7009); they are forgotten here whatever it says. */
export async function revokeGrant(fetchFn: FetchLike, grant: Grant): Promise<Revocation> {
  const { client, tokens } = grant
  const { endpoint, methods } = endpointOf(grant)
  if (endpoint === undefined || client === undefined) return 'not_offered'
  const { assertSecureTokenEndpoint, selectClientAuthMethod } = await loadOAuth()
  try {
    const url = assertSecureTokenEndpoint(endpoint)
    const method = selectClientAuthMethod(client, methods)
    const secret = client.client_secret ?? ''
    const headers = new Headers()
    // The refresh token first: an authorization server then ends the access tokens with it (RFC 7009 §2.1).
    for (const [kind, token] of [
      ['refresh_token', tokens.refreshToken],
      ['access_token', tokens.accessToken],
    ] as const) {
      if (token === undefined) continue
      const form = new URLSearchParams({ token, token_type_hint: kind })
      if (method === 'client_secret_basic') {
        headers.set('authorization', `Basic ${btoa(`${client.client_id}:${secret}`)}`)
      } else {
        form.set('client_id', client.client_id)
        if (method === 'client_secret_post') form.set('client_secret', secret)
      }
      const response = await fetchFn(url, { method: 'POST', headers, body: form })
      await response.body?.cancel()
      // Many revoke refresh tokens only; their access tokens end with them or by themselves.
      if (!response.ok && kind === 'refresh_token') return 'failed'
    }
    return 'done'
  } catch {
    // The person hears that it failed; the tokens are gone from here.
    return 'failed'
  }
}

/** OpenID metadata has no types for it in the SDK. */
function endpointOf({ guard: { metadata } }: Grant): {
  readonly endpoint: string | undefined
  readonly methods: string[]
} {
  const fallback = metadata?.token_endpoint_auth_methods_supported ?? []
  if (metadata === undefined || !('revocation_endpoint' in metadata)) {
    return { endpoint: undefined, methods: fallback }
  }
  const { revocation_endpoint: endpoint } = metadata
  const methods = metadata.revocation_endpoint_auth_methods_supported ?? fallback
  return { endpoint, methods }
}
