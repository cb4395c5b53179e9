import type * as Sdk from '@modelcontextprotocol/client'
import type { AuthorizationServerMetadata, FetchLike } from '@modelcontextprotocol/client'

export type { AuthorizationServerMetadata, FetchLike }

/** A client id, with what proves it where there is something. */
export type ClientInformation = Sdk.OAuthClientInformationMixed

/** The OAuth client of the official SDK. */
export type OAuthSdk = typeof Sdk

/** Loads it with the first use: it takes a third of a second, which no start should pay. */
export function loadOAuth(): Promise<OAuthSdk> {
  return import('@modelcontextprotocol/client')
}
