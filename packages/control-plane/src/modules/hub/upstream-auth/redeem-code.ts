import type { PendingAuthorization } from './authorization-request.ts'
import { loadOAuth, type FetchLike } from './oauth-sdk.ts'
import { refuseAuth } from './problems.ts'
import { refusedByServer } from './token-refusal.ts'
import { tokensOf, type Tokens } from './tokens.ts'

/** Error codes that an authorization response may carry (RFC 6749 §4.1.2.1): only these are repeated to people. */
const RESPONSE_ERROR = /^[a-z_]{1,64}$/

/**
 * Turns the answer of an authorization server into tokens. Who answers is checked before anything that it says
 * is looked at, its error included (RFC 9207 §2.4).
 */
export async function redeemCode(
  fetchFn: FetchLike,
  pending: PendingAuthorization,
  answer: URLSearchParams,
  nowMs: number,
): Promise<Tokens> {
  const { guard, client, scope } = pending
  const { exchangeAuthorization, validateAuthorizationResponseIssuer, IssuerMismatchError } =
    await loadOAuth()
  const iss = answer.get('iss') ?? undefined
  const promised = guard.metadata?.authorization_response_iss_parameter_supported === true
  try {
    validateAuthorizationResponseIssuer({
      iss,
      // Without metadata there is nothing authentic to compare with.
      expectedIssuer: guard.metadata?.issuer,
      issParameterSupported: promised,
    })
  } catch (error) {
    if (!(error instanceof IssuerMismatchError)) throw error
    throw refuseAuth('hub.connection_untrusted', {
      detail: 'The answer came from another authorization server than the one that was asked.',
      cause: error,
    })
  }
  const code = answer.get('code')
  if (code === null) {
    const error = answer.get('error') ?? ''
    throw refuseAuth('hub.connection_refused', {
      detail: RESPONSE_ERROR.test(error)
        ? `The authorization server says ${error}.`
        : 'The answer holds no code.',
      members: { error: RESPONSE_ERROR.test(error) ? error : null },
    })
  }
  try {
    const tokens = await exchangeAuthorization(guard.issuer, {
      ...(guard.metadata === undefined ? {} : { metadata: guard.metadata }),
      clientInformation: client,
      authorizationCode: code,
      ...(iss === undefined ? {} : { iss }),
      codeVerifier: pending.codeVerifier,
      redirectUri: pending.callbackUrl,
      resource: guard.resource,
      fetchFn,
    })
    return tokensOf(tokens, scope, nowMs)
  } catch (error) {
    throw await refusedByServer(error)
  }
}
