import type { AuthorizationServerMetadata } from './oauth-sdk.ts'

/** Who guards a server, as its metadata says: found anew for each connection, and kept with what comes of it. */
export type Guard = {
  /** The resource indicator of every request (RFC 8707). */
  readonly resource: string
  /** The identifier of the authorization server: credentials are kept by it, and never leave it. */
  readonly issuer: string
  /** Its metadata; undefined means the default endpoints of MCP 2025-03-26 at its root. */
  readonly metadata: AuthorizationServerMetadata | undefined
  /** Scopes that the protected resource lists. */
  readonly scopesSupported: readonly string[] | undefined
}

/** Whether the guard's authorization server lists a scope. */
export function offersScope({ metadata }: Pick<Guard, 'metadata'>, scope: string): boolean {
  return metadata?.scopes_supported?.includes(scope) ?? false
}
