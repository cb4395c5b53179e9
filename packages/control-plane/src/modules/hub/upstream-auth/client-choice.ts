import type { Guard } from './guard.ts'
import { loadOAuth, type ClientInformation, type FetchLike } from './oauth-sdk.ts'
import { refuseAuth } from './problems.ts'
import { coversScopes } from './scope.ts'

/** A client that an operator registered by hand, with the authorization server that knows it. */
export type RegisteredClient = {
  readonly clientId: string
  readonly clientSecret?: string | undefined
  /** Absent until the first connection: it is then bound to the issuer that was found. */
  readonly issuer?: string | undefined
}

/** Clients that authorization servers made for us, by issuer. */
export interface ClientBook {
  find(issuer: string): Promise<ClientInformation | undefined>
  keep(issuer: string, client: ClientInformation): Promise<void>
}

/** How we introduce ourselves. */
export type OurClient = {
  readonly callbackUrl: string
  /** Where our client metadata document is; undefined where authorization servers cannot reach us by https. */
  readonly documentUrl: string | undefined
}

/** Shown by authorization servers when they ask for consent. */
const CLIENT_NAME = 'MCP-Orchestra'

/** The metadata of our client, as registered and as published (RFC 7591 §2). */
export function clientMetadata(callbackUrl: string) {
  return {
    client_name: CLIENT_NAME,
    redirect_uris: [callbackUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    application_type: isLoopback(new URL(callbackUrl).hostname) ? 'native' : 'web',
  }
}

/**
 * Who we are for an authorization server, in the order of MCP 2026-07-28, client registration: entered by an
 * operator, our own metadata document, registered by ourselves, and else nobody.
 */
export async function chooseClient(
  fetchFn: FetchLike,
  guard: Guard,
  options: OurClient & {
    readonly registered: RegisteredClient | undefined
    readonly book: ClientBook
    readonly scope: string | undefined
  },
): Promise<ClientInformation> {
  const { registered, book, documentUrl, callbackUrl, scope } = options
  if (registered !== undefined) return registeredClient(registered, guard.issuer)
  if (documentUrl !== undefined && guard.metadata?.client_id_metadata_document_supported === true) {
    return { client_id: documentUrl }
  }
  const known = await book.find(guard.issuer)
  if (known !== undefined && mayAskFor(known, scope)) return known
  if (guard.metadata !== undefined && guard.metadata.registration_endpoint === undefined) {
    throw refuseAuth('hub.connection_client_needed', { members: { issuer: guard.issuer } })
  }
  const client = await register(fetchFn, guard, callbackUrl, scope)
  await book.keep(guard.issuer, client)
  return client
}

/** A client that was entered, only for the authorization server that it was entered for. */
export function registeredClient(
  { clientId, clientSecret, issuer }: RegisteredClient,
  found: string,
): ClientInformation {
  if (issuer !== undefined && issuer !== found) {
    throw refuseAuth('hub.connection_issuer_changed', { members: { issuer: found } })
  }
  return {
    client_id: clientId,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
  }
}

/** A client was registered for scopes; asking for more needs another one (RFC 7591 §2). */
function mayAskFor(client: ClientInformation, scope: string | undefined): boolean {
  const registered = 'scope' in client ? client.scope : undefined
  return registered === undefined || scope === undefined || coversScopes(registered, scope)
}

async function register(
  fetchFn: FetchLike,
  { issuer, metadata }: Guard,
  callbackUrl: string,
  scope: string | undefined,
): Promise<ClientInformation> {
  const { registerClient } = await loadOAuth()
  const methods = metadata?.token_endpoint_auth_methods_supported
  const method = methods?.find((name) => OUR_METHODS.includes(name)) ?? 'none'
  try {
    return await registerClient(issuer, {
      ...(metadata === undefined ? {} : { metadata }),
      clientMetadata: {
        ...clientMetadata(callbackUrl),
        token_endpoint_auth_method: methods?.includes('none') === true ? 'none' : method,
      },
      ...(scope === undefined ? {} : { scope }),
      fetchFn,
    })
  } catch (error) {
    throw refuseAuth('hub.connection_client_needed', {
      detail: 'The authorization server did not register us by itself.',
      members: { issuer },
      cause: error,
    })
  }
}

/** How we can prove who we are at a token endpoint with what a registration gives us. */
const OUR_METHODS: readonly string[] = ['none', 'client_secret_basic', 'client_secret_post']

function isLoopback(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)
}
