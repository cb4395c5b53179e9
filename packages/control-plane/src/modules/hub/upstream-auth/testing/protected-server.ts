import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { closeServer, type AuthorizationServer } from './authorization-server.ts'

/** A server that asks for tokens of an authorization server, before whatever is behind it. */
export type ProtectedServer = {
  readonly url: string
  /** `Authorization` headers in the order of arrival; null where there was none. */
  readonly seen: (string | null)[]
  /** The authorization server that its metadata names. */
  guard: AuthorizationServer
  /** Scopes that a request needs. */
  requiredScopes: readonly string[]
  close(): Promise<void>
}

/** Starts one on a free port. Who has a token that is good here is let through. */
export async function startProtectedServer(
  guard: AuthorizationServer,
  behind: RequestListener,
): Promise<ProtectedServer> {
  const seen: (string | null)[] = []
  const state = { guard, requiredScopes: [] as readonly string[] }
  const server = createServer((request, response) => {
    void answer(request).then((refusal) => {
      if (refusal === undefined) return behind(request, response)
      response.writeHead(refusal.status, refusal.headers).end(refusal.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const url = `${origin}/mcp`
  const metadataUrl = `${origin}/.well-known/oauth-protected-resource/mcp`

  async function answer(request: IncomingMessage) {
    if (`${origin}${request.url}` === metadataUrl) {
      const metadata = {
        resource: url,
        authorization_servers: [state.guard.issuer],
        scopes_supported: ['tools:read'],
      }
      const headers = { 'content-type': 'application/json' }
      return { status: 200, headers, body: JSON.stringify(metadata) }
    }
    if (request.url !== '/mcp') return { status: 404, headers: {}, body: '' }
    const { authorization = null } = request.headers
    seen.push(authorization)
    const token = authorization?.startsWith('Bearer ') === true ? authorization.slice(7) : ''
    const scopes = await state.guard.scopesOf(token, url)
    if (scopes === undefined) {
      return refusal(401, `Bearer resource_metadata="${metadataUrl}", scope="tools:read"`)
    }
    if (!state.requiredScopes.every((scope) => scopes.includes(scope))) {
      const scope = state.requiredScopes.join(' ')
      return refusal(
        403,
        `Bearer error="insufficient_scope", scope="${scope}", resource_metadata="${metadataUrl}"`,
      )
    }
    return undefined
  }

  return Object.assign(state, { url, seen, close: () => closeServer(server) })
}

function refusal(status: number, challenge: string) {
  const headers = { 'www-authenticate': challenge, 'content-type': 'application/json' }
  return { status, headers, body: '{"error":"invalid_token"}' }
}
