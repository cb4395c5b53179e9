import type { Challenge } from './challenge.ts'
import type { Guard } from './guard.ts'
import { loadOAuth, type AuthorizationServerMetadata, type FetchLike } from './oauth-sdk.ts'
import { refuseAuth } from './problems.ts'
import { fetchResourceMetadata } from './resource-metadata.ts'

/** What discovery starts from. */
export type DiscoveryWish = {
  readonly serverUrl: string
  readonly challenge: Challenge
  /** The authorization server whose client we are registered with, when the resource names several. */
  readonly preferredIssuer?: string | undefined
}

/**
 * Finds out who guards a server (MCP 2026-07-28, authorization server discovery): the challenge's metadata,
 * else the path form, else the root form (RFC 9728 §3); then RFC 8414 or OpenID metadata. A server without
 * resource metadata is asked as MCP 2025-03-26 says: its own origin is the authorization server.
 */
export async function discoverGuard(fetchFn: FetchLike, wish: DiscoveryWish): Promise<Guard> {
  const { serverUrl, challenge } = wish
  const found = await fetchResourceMetadata(fetchFn, serverUrl, challenge.resourceMetadataUrl)
  if (found === undefined) return await guardOfOrigin(fetchFn, serverUrl)
  const { checkResourceAllowed } = await loadOAuth()
  const isOurs =
    URL.canParse(found.resource) &&
    checkResourceAllowed({ requestedResource: serverUrl, configuredResource: found.resource })
  if (!isOurs) {
    throw refuseAuth('hub.connection_untrusted', {
      detail: 'The resource that its metadata names is not this server (RFC 9728 §3.3).',
    })
  }
  const servers = found.authorization_servers ?? []
  const issuer = servers.find((name) => name === wish.preferredIssuer) ?? servers[0]
  // RFC 9728 lets it out; MCP 2025-03-26 then has the origin.
  if (issuer === undefined) {
    const guard = await guardOfOrigin(fetchFn, serverUrl)
    return { ...guard, resource: found.resource, scopesSupported: found.scopes_supported }
  }
  const metadata = await fetchIssuerMetadata(fetchFn, issuer)
  if (metadata === undefined) {
    throw refuseAuth('hub.connection_unavailable', {
      detail: `The authorization server ${issuer} publishes no metadata.`,
    })
  }
  // The SDK lets a trailing slash pass; the specification asks for identity (RFC 8414 §3.3).
  if (metadata.issuer !== issuer) throw foreignIssuer()
  return { resource: found.resource, issuer, metadata, scopesSupported: found.scopes_supported }
}

/** MCP 2025-03-26: metadata at the root of the server's origin, else its default endpoints. */
async function guardOfOrigin(fetchFn: FetchLike, serverUrl: string): Promise<Guard> {
  const { origin } = new URL(serverUrl)
  const metadata = await fetchIssuerMetadata(fetchFn, `${origin}/`)
  const { resourceUrlFromServerUrl } = await loadOAuth()
  const resource = resourceUrlFromServerUrl(serverUrl).href
  return { resource, issuer: metadata?.issuer ?? origin, metadata, scopesSupported: undefined }
}

async function fetchIssuerMetadata(
  fetchFn: FetchLike,
  issuer: string,
): Promise<AuthorizationServerMetadata | undefined> {
  const { discoverAuthorizationServerMetadata, IssuerMismatchError } = await loadOAuth()
  if (!URL.canParse(issuer)) throw foreignIssuer()
  try {
    return await discoverAuthorizationServerMetadata(issuer, { fetchFn })
  } catch (error) {
    if (error instanceof IssuerMismatchError) throw foreignIssuer(error)
    throw refuseAuth('hub.connection_unavailable', {
      detail: 'The metadata of its authorization server cannot be read.',
      cause: error,
    })
  }
}

function foreignIssuer(cause?: unknown) {
  return refuseAuth('hub.connection_untrusted', {
    detail: 'The metadata of its authorization server names another issuer (RFC 8414 §3.3).',
    cause,
  })
}
