import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { mcp, requireMcpAuth } from '@better-auth/mcp'
import { betterAuth } from 'better-auth'
import { createAuthMiddleware, isAPIError } from 'better-auth/api'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { jwt } from 'better-auth/plugins'
import { z } from 'zod'
import { closeServer } from './authorization-server.ts'

/** An MCP server behind better-auth's MCP plugin: authorization server and guard in one place, as the plugin means it. */
export type BetterAuthServer = {
  readonly url: string
  readonly issuer: string
  /** `Authorization` headers in the order of arrival; null where there was none. */
  readonly seen: (string | null)[]
  /** Requests to its token endpoint, as their grant types; refused ones with `refused` before. */
  readonly tokenGrants: string[]
  /** Scopes that a request needs. */
  requiredScopes: readonly string[]
  /** Tokens that the MCP server refuses before their time: its access tokens end by themselves only. */
  readonly spoilt: Set<string>
  /** When true, whoever is asked for consent says no. */
  declines: boolean
  /** A client that an administrator registers by hand. */
  registerByHand(callbackUrl: string): Promise<{ clientId: string; clientSecret: string }>
  /** Takes back everything that was granted, as a person does on the settings page of an application. */
  takeBack(): void
  /** Refresh tokens that are good still. */
  liveRefreshTokens(): number
  close(): Promise<void>
}

const PASSWORD = 'correct horse battery'
const EMAIL = 'ada@example.com'
const Consent = z.object({ url: z.string() })
const Granting = z.object({ grant_type: z.string() })
const Client = z.object({ client_id: z.string(), client_secret: z.string() })

/** Starts one on a free port with a database of its own; `canRegister`: clients register themselves (RFC 7591). */
export async function startBetterAuthServer(
  behind: RequestListener,
  {
    canRegister = true,
    accessTokenSeconds = 3_600,
  }: { readonly canRegister?: boolean; readonly accessTokenSeconds?: number } = {},
): Promise<BetterAuthServer> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const url = `${origin}/mcp`
  const issuer = `${origin}/api/auth`
  const database = new DatabaseSync(':memory:')
  const tokenGrants: string[] = []
  const auth = betterAuth({
    baseURL: origin,
    basePath: '/api/auth',
    secret: randomBytes(32).toString('base64'),
    database,
    telemetry: { enabled: false },
    logger: { disabled: true },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      // Its own hash takes a tenth of a second; nobody attacks this database.
      password: {
        hash: (password) => Promise.resolve(password),
        verify: ({ hash, password }) => Promise.resolve(hash === password),
      },
    },
    hooks: {
      after: createAuthMiddleware((context) => {
        if (context.path === '/oauth2/token') {
          const grant = Granting.parse(context.body).grant_type
          tokenGrants.push(isAPIError(context.context.returned) ? `refused ${grant}` : grant)
        }
        return Promise.resolve()
      }),
    },
    plugins: [
      jwt(),
      mcp({
        resource: url,
        loginPage: '/sign-in',
        consentPage: '/consent',
        scopes: ['offline_access', 'tools:read', 'tools:write'],
        accessTokenExpiresIn: accessTokenSeconds,
        allowDynamicClientRegistration: canRegister,
        allowUnauthenticatedClientRegistration: canRegister,
      }),
    ],
  })
  await (await getMigrations(auth.options)).runMigrations()
  await auth.api.signUpEmail({ body: { email: EMAIL, name: 'Ada', password: PASSWORD } })
  const answerAuth = toNodeHandler(auth)
  const seen: (string | null)[] = []
  const spoilt = new Set<string>()
  const state = { requiredScopes: [] as readonly string[], declines: false }

  /** What the plugin's own guard says of a request; undefined lets it through. */
  async function refusalOf(request: IncomingMessage): Promise<Response | undefined> {
    const { authorization } = request.headers
    const isSpoilt = spoilt.has(authorization?.replace('Bearer ', '') ?? '')
    const headers =
      authorization === undefined || isSpoilt ? [] : [['authorization', authorization]]
    const guard = requireMcpAuth(auth, () => new Response(null, { status: 204 }), {
      resource: url,
      requiredScopes: state.requiredScopes,
      challengeScopes: ['tools:read'],
    })
    const answer = await guard(new Request(url, { headers: Object.fromEntries(headers) }))
    return answer.status === 204 ? undefined : answer
  }

  async function consent(query: URLSearchParams, cookie: string): Promise<string> {
    const response = await fetch(`${issuer}/oauth2/consent`, {
      method: 'POST',
      headers: { cookie, origin, 'content-type': 'application/json' },
      body: JSON.stringify({ accept: !state.declines, oauth_query: query.toString() }),
    })
    return Consent.parse(await response.json()).url
  }

  async function signIn(): Promise<string[]> {
    const signedIn = await auth.api.signInEmail({
      body: { email: EMAIL, password: PASSWORD },
      asResponse: true,
    })
    return signedIn.headers.getSetCookie()
  }

  const answer: RequestListener = (request, response) => {
    void (async () => {
      const { pathname, search, searchParams } = new URL(request.url ?? '/', origin)
      if (pathname === '/mcp') {
        seen.push(request.headers.authorization ?? null)
        const refusal = await refusalOf(request)
        if (refusal === undefined) return behind(request, response)
        response.writeHead(refusal.status, Object.fromEntries(refusal.headers))
        return response.end(await refusal.text())
      }
      if (pathname === '/sign-in') {
        const location = `${issuer}/oauth2/authorize${search}`
        return response.writeHead(302, { location, 'set-cookie': await signIn() }).end()
      }
      if (pathname === '/consent') {
        const location = await consent(searchParams, request.headers.cookie ?? '')
        return response.writeHead(302, { location }).end()
      }
      return await answerAuth(request, response)
    })()
  }

  server.on('request', answer)
  return Object.assign(state, {
    url,
    issuer,
    seen,
    tokenGrants,
    spoilt,
    async registerByHand(callbackUrl: string) {
      const made = await auth.api.createOAuthClient({
        headers: new Headers({ cookie: (await signIn()).join('; ') }),
        body: {
          redirect_uris: [callbackUrl],
          token_endpoint_auth_method: 'client_secret_basic',
          // A loopback address is allowed to programs of a person only.
          application_type: 'native',
        },
      })
      const { client_id: clientId, client_secret: clientSecret } = Client.parse(made)
      return { clientId, clientSecret }
    },
    takeBack() {
      database.exec('delete from oauthRefreshToken')
    },
    liveRefreshTokens() {
      const row = database.prepare(
        'select count(*) as n from oauthRefreshToken where revoked is null',
      )
      return Number(row.get()?.['n'])
    },
    async close() {
      await closeServer(server)
      database.close()
    },
  })
}
