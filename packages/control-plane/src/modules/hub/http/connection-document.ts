import { toRfc3339 } from '@mcp-orchestra/kernel'
import type { UpstreamAuth } from '@mcp-orchestra/api/routes/upstream-auth'
import { missingScopes, shownState, type Connection } from '../upstream-auth/connection.ts'

/** A connection as its holder may see it: never a token. */
export function connectionDocument(connection: Connection, alias: string) {
  const { serverId, holder, issuer, grantedScope, expiresAt, renews, connectedAt } = connection
  return {
    serverId,
    server: alias,
    holder: holder.kind,
    state: shownState(connection),
    issuer,
    scopes: grantedScope === undefined ? [] : grantedScope.split(' '),
    missingScopes: [...missingScopes(connection)],
    expiresAt: expiresAt === undefined ? null : toRfc3339(expiresAt),
    renews,
    connectedAt: toRfc3339(connectedAt),
  }
}

/** How tokens for a server are got, without the secrets. */
export function upstreamAuthDocument(auth: UpstreamAuth, redirectUri: string) {
  if (auth.kind === 'none') {
    const nothing = { clientId: null, hasSecret: false, issuer: null, scopes: null }
    return { kind: auth.kind, ...nothing, redirectUri }
  }
  return {
    kind: auth.kind,
    clientId: auth.clientId ?? null,
    hasSecret:
      auth.clientSecret !== undefined || ('privateKey' in auth && auth.privateKey !== undefined),
    issuer: auth.issuer ?? null,
    scopes: auth.scopes ?? null,
    redirectUri,
  }
}
