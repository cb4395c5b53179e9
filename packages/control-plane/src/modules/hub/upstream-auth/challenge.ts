import { loadOAuth } from './oauth-sdk.ts'

/** What a server asked for when it refused a request (RFC 6750 §3, RFC 9728 §5.1). */
export type Challenge = {
  /** Where its protected resource metadata is. */
  readonly resourceMetadataUrl?: string | undefined
  /** The scopes that the request needs, space-separated. */
  readonly scope?: string | undefined
  readonly error?: string | undefined
}

/** A longer header is no challenge of an honest server, in characters. */
export const CHALLENGE_CHARS_MAX = 8_192

const BEARER = /(?:^|,\s*)(Bearer\s.*)$/is

/** Reads a `WWW-Authenticate` header; one without a Bearer challenge asks for nothing. */
export async function readChallenge(header: string | undefined): Promise<Challenge> {
  if (header === undefined || header.length > CHALLENGE_CHARS_MAX) return {}
  // Other schemes may come before it in the same header.
  const bearer = BEARER.exec(header)?.[1]
  if (bearer === undefined) return {}
  const { extractWWWAuthenticateParams } = await loadOAuth()
  const headers = { 'www-authenticate': bearer.replaceAll(/\s+/g, ' ') }
  const found = extractWWWAuthenticateParams(new Response(null, { status: 401, headers }))
  return {
    resourceMetadataUrl: found.resourceMetadataUrl?.href,
    scope: found.scope,
    error: found.error,
  }
}
