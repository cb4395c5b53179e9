import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider, type GrantContext } from 'oidc-provider'

/** A real authorization server (oidc-provider) that consents for one person at once. */
export type AuthorizationServer = {
  readonly issuer: string
  /** Requests to its token endpoint, as their grant types. */
  readonly tokenGrants: string[]
  /** Who signs in from now on. */
  account: string
  /** Lifetime of access tokens from now on, in seconds. */
  accessTokenSeconds: number
  /** Scopes of a token for a resource; undefined when it is none of ours or is over. */
  scopesOf(token: string, resource: string): Promise<string[] | undefined>
  /** Makes a token unusable before its time. */
  spoil(token: string): Promise<void>
  /** When true, every token request fails as if the server were broken. */
  isBroken: boolean
  close(): Promise<void>
}

/** A grant that oidc-provider does not have by itself. */
export type AddedGrant = {
  readonly name: string
  readonly parameters: readonly string[]
  handle(context: GrantContext): Promise<void>
}

const SCOPES = ['tools:read', 'tools:write']

/** Starts one on a free port, for any resource; `clients` are known beforehand. */
export async function startAuthorizationServer(
  options: {
    readonly clients?: readonly object[]
    readonly canRegister?: boolean
    /** Its signing keys; of its own when absent. */
    readonly jwks?: object
    readonly grants?: (provider: Provider, issuer: string) => readonly AddedGrant[]
  } = {},
): Promise<AuthorizationServer> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const tokenGrants: string[] = []
  const state = { account: 'ada', accessTokenSeconds: 3_600, isBroken: false }
  const provider = new Provider(issuer, {
    clients: options.clients ?? [],
    ...(options.jwks === undefined ? {} : { jwks: options.jwks }),
    cookies: { keys: [randomBytes(16).toString('hex')] },
    scopes: ['openid', 'offline_access', ...SCOPES],
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id }),
    }),
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    rotateRefreshToken: true,
    ttl: {
      AccessToken: () => state.accessTokenSeconds,
      ClientCredentials: () => state.accessTokenSeconds,
    },
    clientBasedCORS: () => false,
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: options.canRegister !== false },
      revocation: { enabled: true },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          audience: resource,
          scope: SCOPES.join(' '),
          accessTokenFormat: 'opaque',
          accessTokenTTL: state.accessTokenSeconds,
        }),
      },
    },
  })
  for (const { name, parameters, handle: answerGrant } of options.grants?.(provider, issuer) ??
    []) {
    provider.registerGrantType(name, answerGrant, parameters)
  }
  const handle = provider.callback()
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void answer(request, response)
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? ''
    if (path.startsWith('/interaction/')) return await consent(request, response)
    if (path === '/token' && request.method === 'POST') {
      if (state.isBroken) {
        tokenGrants.push('broken')
        response.writeHead(503).end()
        return
      }
    }
    await handle(request, response)
  }

  provider.on('grant.success', (context: { oidc: { params: { grant_type: string } } }) => {
    tokenGrants.push(context.oidc.params.grant_type)
  })
  provider.on('grant.error', (context: { oidc: { params?: { grant_type: string } } }) => {
    tokenGrants.push(`refused ${context.oidc.params?.grant_type ?? ''}`)
  })

  async function consent(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prompt, params, session } = await provider.interactionDetails(request, response)
    if (prompt.name === 'login') {
      const result = { login: { accountId: state.account } }
      return await provider.interactionFinished(request, response, result, {
        mergeWithLastSubmission: false,
      })
    }
    const grant = new provider.Grant({
      accountId: session?.accountId ?? state.account,
      clientId: params.client_id,
    })
    const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details
    if (missingOIDCScope.length > 0) grant.addOIDCScope(missingOIDCScope.join(' '))
    for (const [resource, scopes] of Object.entries(missingResourceScopes)) {
      grant.addResourceScope(resource, scopes.join(' '))
    }
    const result = { consent: { grantId: await grant.save() } }
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
  }

  return Object.assign(state, {
    issuer,
    tokenGrants,
    async scopesOf(token: string, resource: string) {
      const found = await provider.AccessToken.find(token)
      if (found === undefined || found.isExpired) return undefined
      const audience = Array.isArray(found.aud) ? found.aud : [found.aud]
      return audience.includes(resource) ? (found.scope ?? '').split(' ') : undefined
    },
    async spoil(token: string) {
      await (await provider.AccessToken.find(token))?.destroy()
    },
    close: () => closeServer(server),
  })
}

/** Ends a test's HTTP server with all its connections. */
export function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)))
  })
}
