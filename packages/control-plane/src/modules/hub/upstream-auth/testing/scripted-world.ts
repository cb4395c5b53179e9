import type { FetchLike } from '../oauth-sdk.ts'

/** A protected server and its authorization server, without a socket; each part can be told to lie. */
export type ScriptedWorld = {
  readonly fetchFn: FetchLike
  /** Every request, as `GET https://…`. */
  readonly asked: string[]
  /** Bodies of token requests. */
  readonly tokenRequests: {
    readonly body: URLSearchParams
    readonly authorization: string | null
  }[]
  /** Bodies of registrations. */
  readonly registrations: Record<string, unknown>[]
  /** Queries of authorization requests. */
  readonly authorizations: URLSearchParams[]
}

/** What is not as it should be. */
export type Script = {
  /** Answers by path, before everything else; undefined is 404. */
  readonly documents?: Readonly<Record<string, unknown>>
  readonly resource?: Readonly<Record<string, unknown>>
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Instead of the correct `iss` of authorization responses; null leaves it out. */
  readonly iss?: string | null
  readonly token?: Readonly<Record<string, unknown>>
  readonly tokenStatus?: number
  /** Instead of a code. */
  readonly error?: string
}

/** The server that scripted tests connect. */
export const SERVER_URL = 'https://mcp.test/tenant/mcp'
/** Its authorization server. */
export const ISSUER = 'https://as.test/one'

/** Plays both by a script. */
export function scriptWorld(script: Script = {}): ScriptedWorld {
  const asked: string[] = []
  const tokenRequests: ScriptedWorld['tokenRequests'] = []
  const registrations: Record<string, unknown>[] = []
  const authorizations: URLSearchParams[] = []
  const documents: Record<string, unknown> = {
    'https://mcp.test/.well-known/oauth-protected-resource/tenant/mcp': {
      resource: SERVER_URL,
      authorization_servers: [ISSUER],
      ...script.resource,
    },
    'https://as.test/.well-known/oauth-authorization-server/one': {
      issuer: ISSUER,
      authorization_endpoint: 'https://as.test/one/authorize',
      token_endpoint: 'https://as.test/one/token',
      registration_endpoint: 'https://as.test/one/register',
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
      authorization_response_iss_parameter_supported: true,
      ...script.metadata,
    },
    ...script.documents,
  }
  const fetchFn: FetchLike = async (input, init) => {
    const url = new URL(input)
    const request = new Request(url, init)
    const address = `${url.origin}${url.pathname}`
    asked.push(`${request.method} ${address}`)
    if (request.method === 'GET' && documents[address] !== undefined) {
      return Response.json(documents[address])
    }
    if (address.endsWith('/authorize')) {
      authorizations.push(url.searchParams)
      return Response.redirect(answerTo(url, script), 302)
    }
    if (address.endsWith('/register')) {
      registrations.push((await request.json()) as Record<string, unknown>)
      return Response.json({ client_id: `made-by-${url.host}`, redirect_uris: [] }, { status: 201 })
    }
    if (address.endsWith('/token')) {
      const body = new URLSearchParams(await request.text())
      tokenRequests.push({ body, authorization: request.headers.get('authorization') })
      return Response.json(
        script.token ?? {
          access_token: 'access',
          token_type: 'Bearer',
          expires_in: 60,
          refresh_token: 'fresh',
        },
        { status: script.tokenStatus ?? 200 },
      )
    }
    return new Response(null, { status: 404 })
  }
  return { fetchFn, asked, tokenRequests, registrations, authorizations }
}

function answerTo(url: URL, { iss, error }: Script): URL {
  const back = new URL(url.searchParams.get('redirect_uri') ?? '')
  back.searchParams.set('state', url.searchParams.get('state') ?? '')
  if (error === undefined) back.searchParams.set('code', 'the-code')
  else back.searchParams.set('error', error)
  if (iss !== null) back.searchParams.set('iss', iss ?? ISSUER)
  return back
}
