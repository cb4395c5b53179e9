import type { OAuthTokens } from '@modelcontextprotocol/client'
import { refuseAuth } from './problems.ts'

/** What an authorization server gave: the only form in which tokens travel inside this folder. */
export type Tokens = {
  readonly accessToken: string
  readonly refreshToken: string | undefined
  /** Granted scopes; what was asked for when the answer names none (RFC 6749 §5.1). */
  readonly scope: string | undefined
  /** Epoch milliseconds by our clock; undefined when the server did not say. */
  readonly expiresAtMs: number | undefined
}

/** A longer life is not believed: a token is looked at again within a year, in seconds. */
const EXPIRES_IN_SECONDS_MAX = 31_536_000

/** What can stand in an `Authorization` header (RFC 6750 §2.1), and nothing that splits one. */
const TOKEN = /^[\x21-\x7e]{1,16384}$/

/** Reads a token answer; a token that we cannot present is refused. */
export function tokensOf(answer: OAuthTokens, asked: string | undefined, nowMs: number): Tokens {
  if (answer.token_type.toLowerCase() !== 'bearer' || !TOKEN.test(answer.access_token)) {
    throw refuseAuth('hub.connection_unsupported', {
      detail: 'The authorization server gave a token that is no bearer token.',
    })
  }
  const seconds = answer.expires_in
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    scope: answer.scope ?? asked,
    expiresAtMs:
      seconds === undefined
        ? undefined
        : nowMs + Math.max(0, Math.min(seconds, EXPIRES_IN_SECONDS_MAX)) * 1_000,
  }
}
