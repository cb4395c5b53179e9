import type { Id, Instant } from '@mcp-orchestra/kernel'
import type { Guard } from './guard.ts'
import type { ClientInformation } from './oauth-sdk.ts'
import { coversScopes, unionOfScopes } from './scope.ts'
import type { Tokens } from './tokens.ts'

/** Whose account it is: a member's own, or one that an organization shares. */
export type Holder =
  | { readonly kind: 'member'; readonly id: Id<'mbr'> }
  | { readonly kind: 'organization'; readonly id: Id<'org'> }

/** What was granted, with everything that a renewal needs: at rest only sealed. */
export type Grant = {
  /** The address that the token is for. */
  readonly serverUrl: string
  readonly guard: Guard
  /** Undefined for clients that the server's own settings name. */
  readonly client: ClientInformation | undefined
  readonly tokens: Tokens
}

/** An account at a server behind the gateway. */
export type Connection = {
  readonly serverId: Id<'srv'>
  readonly holder: Holder
  readonly issuer: string
  readonly state: 'connected' | 'expired'
  /** Grows with each token. */
  readonly generation: number
  /** Grows with each authorization: what was opened with another account ends. */
  readonly account: number
  readonly grantedScope: string | undefined
  readonly askedScope: string | undefined
  /** What the server asked for beyond that. */
  readonly wantedScope: string | undefined
  readonly renews: boolean
  readonly expiresAt: Instant | undefined
  readonly connectedAt: Instant
  readonly grant: Grant
}

/** Scopes that the server asked for and that were not granted. */
export function missingScopes({ grantedScope, wantedScope }: Connection): readonly string[] {
  const wanted = unionOfScopes(wantedScope)?.split(' ') ?? []
  return wanted.filter((scope) => !coversScopes(grantedScope, scope))
}

/** What a person sees of its state. */
export function shownState(connection: Connection): 'connected' | 'expired' | 'more_scopes' {
  if (connection.state === 'expired') return 'expired'
  return missingScopes(connection).length > 0 ? 'more_scopes' : 'connected'
}
