import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGuardedFetch } from '../../../infra/fetch/guarded-fetch.ts'
import { connectUpstream } from './connect-upstream.ts'
import {
  startAuthorizationServer,
  startProtectedServer,
  type AuthorizationServer,
  type ProtectedServer,
} from './testing/index.ts'

/** One key for the client, and one that the authorization server does not know. */
const [OURS, FOREIGN] = [newKey(), newKey()]
const CLIENT_ID = 'robot'

let guard: AuthorizationServer
let upstream: ProtectedServer
beforeAll(async () => {
  const jwk = createPublicKey(OURS).export({ format: 'jwk' })
  guard = await startAuthorizationServer({
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        jwks: { keys: [{ ...jwk, alg: 'ES256', use: 'sig' }] },
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
  })
  upstream = await startProtectedServer(guard, (_request, response) => response.end())
})
afterAll(async () => {
  await upstream.close()
  await guard.close()
})

const connectWith = (privateKey: string) =>
  connectUpstream({
    fetchFn: createGuardedFetch({ mayReachInside: true }),
    serverUrl: upstream.url,
    machine: { clientId: CLIENT_ID, proof: { kind: 'key', privateKey, algorithm: 'ES256' } },
    nowMs: Date.now(),
  })

test('a client that signs with its private key gets a token for this server, from a real authorization server', async () => {
  const { guard: found, tokens } = await connectWith(OURS)
  expect(found.issuer).toBe(guard.issuer)
  expect(tokens).toMatchObject({ accessToken: expect.stringMatching(/./), scope: 'tools:read' })
  expect(guard.tokenGrants).toEqual(['client_credentials'])
})

test('another key is refused, and the refusal shows nothing of it', async () => {
  const refused: unknown = await connectWith(FOREIGN).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'hub.connection_refused' })
  expect(inspect(refused, { depth: 5 })).not.toContain('PRIVATE KEY')
})

function newKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
