import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  connectUpstream,
  createClientBook,
  createGuardedFetch,
  type UpstreamConnect,
} from '@mcp-orchestra/control-plane/upstream-auth'
import { z } from 'zod'
import { listenLocally } from '../../../src/fixture-server/local-listener.ts'
import type { Assignment } from './assignment.ts'

/** Authorizations of one scenario: one for each thing that may be missing, and no endless asking (MCP, step-up). */
const AUTHORIZATIONS_MAX = 3

const Refusal = z.string()
const Context = z
  .object({
    client_id: z.string(),
    client_secret: z.string(),
    private_key_pem: z.string(),
    signing_algorithm: z.string(),
    idp_client_id: z.string(),
    idp_id_token: z.string(),
    idp_token_endpoint: z.string(),
  })
  .partial()

/** A scenario's server that wants a token, as the gateway sees it once the token is there. */
export type AuthorizedServer = {
  readonly url: string
  /** Runs until it needs no more tokens than it gets; each refusal is followed by an authorization. */
  withTokens(run: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

/**
 * Puts the token of our own OAuth client (`hub/upstream-auth`) on the gateway's requests to a server, and gets
 * another one when the server refuses: what the control plane and the gateway do together, in one process.
 */
export async function startAuthorizedServer({
  url,
  scenario,
  context,
}: Assignment): Promise<AuthorizedServer> {
  const book = createClientBook()
  const fetchFn = createGuardedFetch({ mayReachInside: true })
  const way = wayOf(scenario, Context.parse(context ?? {}))
  let token: string | undefined
  let scope: string | undefined
  let challenge: string | undefined

  function pass(request: IncomingMessage, response: ServerResponse): void {
    const headers = {
      ...request.headers,
      host: new URL(url).host,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
    const hop = forward(url, { method: request.method, headers }, (answer) => {
      if (answer.statusCode === 401 || answer.statusCode === 403) {
        challenge = Refusal.parse(answer.headers['www-authenticate'] ?? '')
      }
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(response)
    })
    hop.once('error', () => response.destroy())
    response.once('close', () => hop.destroy())
    request.pipe(hop)
  }

  const listener = await listenLocally(pass)
  return {
    url: `${listener.origin}/mcp`,
    async withTokens(run) {
      for (let authorizations = 0; ; authorizations += 1) {
        challenge = undefined
        const failure: unknown = await run().then(
          () => undefined,
          (error: unknown) => error ?? new Error('failed'),
        )
        // The gateway's own visit may have been refused too, before the token was there.
        if (failure === undefined) return
        if (challenge === undefined || authorizations === AUTHORIZATIONS_MAX) throw failure
        const connected = await connectUpstream({
          fetchFn,
          serverUrl: url,
          challengeHeader: challenge,
          heldScope: scope,
          book,
          nowMs: Date.now(),
          ...way,
        })
        token = connected.tokens.accessToken
        scope = connected.tokens.scope
      }
    },
    close: () => listener.close(),
  }
}

/** How a scenario's client proves who it is, by what the suite gave it. */
function wayOf(scenario: string, given: z.infer<typeof Context>): Partial<UpstreamConnect> {
  const clientId = given.client_id ?? ''
  switch (scenario) {
    case 'auth/basic-cimd':
      return { documentUrl: 'https://conformance-test.local/client-metadata.json' }
    case 'auth/pre-registration':
      return { registered: { clientId, clientSecret: given.client_secret } }
    case 'auth/client-credentials-basic':
      return {
        machine: { clientId, proof: { kind: 'secret', secret: given.client_secret ?? '' } },
      }
    case 'auth/client-credentials-jwt': {
      const privateKey = given.private_key_pem ?? ''
      const algorithm = given.signing_algorithm ?? 'ES256'
      return { machine: { clientId, proof: { kind: 'key', privateKey, algorithm } } }
    }
    case 'auth/enterprise-managed-authorization':
      return {
        enterprise: {
          clientId,
          clientSecret: given.client_secret ?? '',
          idpTokenEndpoint: given.idp_token_endpoint ?? '',
          idpClientId: given.idp_client_id ?? '',
          idToken: given.idp_id_token ?? '',
        },
      }
    default:
      return {}
  }
}
