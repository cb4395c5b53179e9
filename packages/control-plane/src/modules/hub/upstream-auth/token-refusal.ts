import { Problem } from '@mcp-orchestra/kernel'
import { loadOAuth } from './oauth-sdk.ts'
import { refuseAuth } from './problems.ts'

/** Error codes that mean that a token endpoint will not change its mind (RFC 6749 §5.2). */
const FINAL: ReadonlySet<string> = new Set([
  'invalid_client',
  'invalid_grant',
  'invalid_scope',
  'invalid_target',
  'invalid_request',
  'unauthorized_client',
  'unsupported_grant_type',
])

/** The failure of a token request as a problem; what a stranger wrote in it is not repeated. */
export async function refusedByServer(error: unknown): Promise<Problem> {
  if (error instanceof Problem) return error
  const { OAuthError, InsecureTokenEndpointError } = await loadOAuth()
  if (error instanceof InsecureTokenEndpointError) {
    return refuseAuth('hub.connection_unsupported', {
      detail: 'Its token endpoint is not reached by https.',
      cause: error,
    })
  }
  if (error instanceof OAuthError && FINAL.has(error.code)) {
    return refuseAuth('hub.connection_refused', {
      detail: `The authorization server says ${error.code}.`,
      members: { error: error.code },
      cause: error,
    })
  }
  return refuseAuth('hub.connection_unavailable', {
    detail: 'Its token endpoint did not give a token.',
    cause: error,
  })
}
