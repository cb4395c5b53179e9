import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { isDistinguishable, makeUri, readMadeUri } from './made-uri.ts'

/** URIs that a server names as its own, in any of its lists. */
export type Claim = { readonly server: ServerEntity; readonly uris: Iterable<string> }

/** How a URI of a server is shown at the aggregate. */
export type ShowUri = (server: ServerEntity, uri: string) => string

/**
 * Of several servers that claim a URI the first by alias has it verbatim, every other one's is made; what looks
 * like a made one is made itself, so that a shown URI leads to one server whatever servers call theirs.
 */
export function showUris(claims: readonly Claim[]): ShowUri {
  const owners = new Map<string, ServerEntity>()
  for (const { server, uris } of claims) {
    for (const uri of uris) {
      const owner = owners.get(uri)
      if (owner === undefined || server.alias < owner.alias) owners.set(uri, server)
    }
  }
  return (server, uri) => {
    const owner = owners.get(uri)
    return owner === undefined || owner.id === server.id
      ? ownUri(server, uri)
      : foreignUri(server, uri)
  }
}

/** A URI of a server to whom it leads verbatim. */
export function ownUri(server: ServerEntity, uri: string): string {
  return readMadeUri(uri) === undefined ? uri : makeUri(server.alias, uri)
}

/** A URI of a server that leads to another one verbatim; a page of the web is the same one. */
export function foreignUri(server: ServerEntity, uri: string): string {
  return isDistinguishable(uri) ? makeUri(server.alias, uri) : uri
}
