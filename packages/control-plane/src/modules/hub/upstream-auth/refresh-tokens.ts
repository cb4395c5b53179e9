import type { Guard } from './guard.ts'
import { loadOAuth, type ClientInformation, type FetchLike } from './oauth-sdk.ts'
import { refusedByServer } from './token-refusal.ts'
import { tokensOf, type Tokens } from './tokens.ts'

/**
 * Gets a new access token for a refresh token, from the authorization server that gave it and no other; the
 * old refresh token stays when there is no new one (OAuth 2.1 §4.3).
 */
export async function refreshTokens(
  fetchFn: FetchLike,
  held: {
    readonly guard: Guard
    readonly client: ClientInformation
    readonly refreshToken: string
    readonly scope: string | undefined
  },
  nowMs: number,
): Promise<Tokens> {
  const { refreshAuthorization } = await loadOAuth()
  const { guard, client, refreshToken, scope } = held
  try {
    const tokens = await refreshAuthorization(guard.issuer, {
      ...(guard.metadata === undefined ? {} : { metadata: guard.metadata }),
      clientInformation: client,
      refreshToken,
      resource: guard.resource,
      fetchFn,
    })
    return tokensOf(tokens, scope, nowMs)
  } catch (error) {
    throw await refusedByServer(error)
  }
}
