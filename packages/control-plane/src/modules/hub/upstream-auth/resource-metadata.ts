import type { OAuthProtectedResourceMetadata } from '@modelcontextprotocol/client'
import { loadOAuth, type FetchLike } from './oauth-sdk.ts'
import { refuseAuth } from './problems.ts'

/**
 * The protected resource metadata of a server; undefined when there is none. Metadata that is there and
 * cannot be read ends the search: falling back would let whoever broke it choose another authorization server.
 */
export async function fetchResourceMetadata(
  fetchFn: FetchLike,
  serverUrl: string,
  challengedUrl: string | undefined,
): Promise<OAuthProtectedResourceMetadata | undefined> {
  const named =
    challengedUrl === undefined ? undefined : await read(fetchFn, serverUrl, challengedUrl)
  return named ?? (await read(fetchFn, serverUrl, undefined))
}

async function read(
  fetchFn: FetchLike,
  serverUrl: string,
  resourceMetadataUrl: string | undefined,
): Promise<OAuthProtectedResourceMetadata | undefined> {
  const { discoverOAuthProtectedResourceMetadata } = await loadOAuth()
  let status = 0
  const noting: FetchLike = async (url, init) => {
    const response = await fetchFn(url, init)
    status = response.status
    return response
  }
  const options = resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }
  try {
    return await discoverOAuthProtectedResourceMetadata(serverUrl, options, noting)
  } catch (error) {
    // The SDK says both by an error: 4xx means that there is none.
    if (status >= 400 && status < 500) return undefined
    throw refuseAuth('hub.connection_unavailable', {
      detail: 'The protected resource metadata of the server cannot be read.',
      cause: error,
    })
  }
}
