import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { connectUpstream, createClientBook, type UpstreamConnect } from './connect-upstream.ts'
import {
  ISSUER,
  scriptWorld,
  SERVER_URL,
  type Script,
  type ScriptedWorld,
} from './testing/scripted-world.ts'

const NOW_MS = 1_800_000_000_000

function connect(world: ScriptedWorld, wish: Partial<UpstreamConnect> = {}) {
  return connectUpstream({ fetchFn: world.fetchFn, serverUrl: SERVER_URL, nowMs: NOW_MS, ...wish })
}

function refusal(script: Script, wish: Partial<UpstreamConnect> = {}) {
  const world = scriptWorld(script)
  return {
    world,
    failure: connect(world, wish).then(
      () => undefined,
      (error: unknown) => error,
    ),
  }
}

test('the flow asks for one resource with PKCE, in both requests', async () => {
  const world = scriptWorld()
  const { tokens, guard } = await connect(world)
  expect(guard.issuer).toBe(ISSUER)
  expect(tokens).toEqual({
    accessToken: 'access',
    refreshToken: 'fresh',
    scope: undefined,
    expiresAtMs: NOW_MS + 60_000,
  })
  expect(Object.fromEntries(world.authorizations[0] ?? [])).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
    resource: SERVER_URL,
    client_id: 'made-by-as.test',
  })
  expect(Object.fromEntries(world.tokenRequests[0]?.body ?? [])).toMatchObject({
    grant_type: 'authorization_code',
    code: 'the-code',
    resource: SERVER_URL,
  })
  expect(world.registrations[0]).toMatchObject({ application_type: 'native' })
})

describe('metadata is looked for in the order of the specification', () => {
  const METADATA = {
    issuer: ISSUER,
    authorization_endpoint: 'https://as.test/one/authorize',
    token_endpoint: 'https://as.test/one/token',
    registration_endpoint: 'https://as.test/one/register',
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  }
  const OPENID = {
    ...METADATA,
    jwks_uri: 'https://as.test/one/jwks',
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  }
  const PRM = 'https://mcp.test/.well-known/oauth-protected-resource'
  const RFC8414 = 'https://as.test/.well-known/oauth-authorization-server/one'
  const INSERTED = 'https://as.test/.well-known/openid-configuration/one'
  const APPENDED = 'https://as.test/one/.well-known/openid-configuration'

  test('of the resource: named by the challenge, then by path, then at the root', async () => {
    const named = 'https://mcp.test/somewhere'
    const resource = { resource: SERVER_URL, authorization_servers: [ISSUER] }
    const challenged = scriptWorld({ documents: { [named]: resource } })
    await connect(challenged, { challengeHeader: `Bearer resource_metadata="${named}"` })
    expect(challenged.asked[0]).toBe(`GET ${named}`)
    expect(challenged.asked.join()).not.toContain(PRM)
    const atRoot = scriptWorld({ documents: { [`${PRM}/tenant/mcp`]: undefined, [PRM]: resource } })
    await connect(atRoot)
    expect(atRoot.asked.slice(0, 2)).toEqual([`GET ${PRM}/tenant/mcp`, `GET ${PRM}`])
  })

  test('of the authorization server: RFC 8414, OpenID by insertion, OpenID by appending', async () => {
    const inserted = scriptWorld({ documents: { [RFC8414]: undefined, [INSERTED]: OPENID } })
    await connect(inserted)
    const appended = scriptWorld({ documents: { [RFC8414]: undefined, [APPENDED]: OPENID } })
    await connect(appended)
    expect(appended.asked.slice(1, 4)).toEqual([RFC8414, INSERTED, APPENDED].map((u) => `GET ${u}`))
  })

  test('a server of 2025-03-26 has its metadata, or the default endpoints, at its origin', async () => {
    const none = { [`${PRM}/tenant/mcp`]: undefined }
    const own = 'https://mcp.test/.well-known/oauth-authorization-server'
    const issuer = 'https://mcp.test'
    const metadata = { ...METADATA, issuer, token_endpoint: 'https://mcp.test/own/token' }
    const world = scriptWorld({ documents: { ...none, [own]: metadata }, iss: issuer })
    expect((await connect(world)).guard).toMatchObject({ issuer, resource: SERVER_URL })
    expect(world.asked.at(-1)).toBe('POST https://mcp.test/own/token')
    const bare = scriptWorld({ documents: none, iss: null })
    await connect(bare)
    expect(bare.asked.slice(-3)).toEqual([
      'POST https://mcp.test/register',
      'GET https://mcp.test/authorize',
      'POST https://mcp.test/token',
    ])
  })

  test('metadata that is broken ends it: nobody falls back to another authorization server', async () => {
    const { world, failure } = refusal({ resource: { resource: 7 } })
    expect(await failure).toMatchObject({ code: 'hub.connection_unavailable' })
    expect(world.asked).toHaveLength(1)
  })
})

describe('what contradicts itself is not trusted', () => {
  test.each([
    ['the resource is another server', { resource: { resource: 'https://evil.test/mcp' } }],
    ['the resource is a sibling', { resource: { resource: 'https://mcp.test/tenant/mcp2' } }],
    ['the metadata names another issuer', { metadata: { issuer: 'https://honest.test' } }],
    ['the issuer differs by a slash', { metadata: { issuer: `${ISSUER}/` } }],
  ])('%s', async (_name, script) => {
    const { world, failure } = refusal(script)
    expect(await failure).toMatchObject({ code: 'hub.connection_untrusted' })
    expect(world.authorizations).toHaveLength(0)
  })

  test.each([
    ['another issuer answers', { iss: 'https://evil.test' }],
    ['a promised issuer is missing', { iss: null }],
    ['the issuer is written in another way', { iss: `${ISSUER}/` }],
    [
      'an issuer that was not promised is wrong',
      {
        iss: 'https://evil.test',
        metadata: { authorization_response_iss_parameter_supported: false },
      },
    ],
    ['an error comes from another issuer', { iss: 'https://evil.test', error: 'access_denied' }],
  ])('%s: the code is never sent, and the error never told', async (_name, script) => {
    const { world, failure } = refusal(script)
    expect(await failure).toMatchObject({ code: 'hub.connection_untrusted', members: {} })
    expect(world.tokenRequests).toHaveLength(0)
  })

  test('an answer to another question is not ours', async () => {
    const visit = () => Promise.resolve(`https://us.test/back?code=c&state=foreign&iss=${ISSUER}`)
    const { world, failure } = refusal({}, { visit })
    expect(await failure).toMatchObject({ code: 'hub.connection_untrusted' })
    expect(world.tokenRequests).toHaveLength(0)
  })
})

describe('what is not safe is not used', () => {
  test.each([
    ['no word of PKCE', { metadata: { code_challenge_methods_supported: undefined } }],
    ['PKCE by plain text', { metadata: { code_challenge_methods_supported: ['plain'] } }],
    ['no authorization codes', { metadata: { response_types_supported: ['token'] } }],
  ])('%s', async (_name, script) => {
    const { world, failure } = refusal(script)
    expect(await failure).toMatchObject({ code: 'hub.connection_unsupported' })
    expect(world.authorizations).toHaveLength(0)
  })

  test('a person is never sent to what is no web page', async () => {
    const { failure } = refusal({ metadata: { authorization_endpoint: 'javascript:alert(1)' } })
    expect(await failure).toMatchObject({ code: expect.stringMatching(/^hub\.connection_un/) })
  })

  test('a token that cannot stand in a header, or is no bearer token', async () => {
    for (const token of [
      { access_token: 'a\r\nX-Evil: 1', token_type: 'Bearer' },
      { access_token: 'a', token_type: 'DPoP' },
    ]) {
      const { failure } = refusal({ token })
      expect(await failure).toMatchObject({ code: 'hub.connection_unsupported' })
    }
  })

  test('a token endpoint without TLS gets neither code nor secret', async () => {
    const { world, failure } = refusal({ metadata: { token_endpoint: 'http://as.test/one/token' } })
    expect(await failure).toMatchObject({ code: 'hub.connection_unsupported' })
    expect(world.tokenRequests).toHaveLength(0)
  })
})

describe('who we are', () => {
  const documentUrl = 'https://us.test/oauth/client.json'
  const CIMD = { client_id_metadata_document_supported: true }

  test('a registered client, then our document, then a registration that is made once', async () => {
    const registered = { clientId: 'ours', clientSecret: 'hush', issuer: ISSUER }
    const first = scriptWorld({ metadata: CIMD })
    await connect(first, { registered, documentUrl })
    expect(first.authorizations[0]?.get('client_id')).toBe('ours')
    expect(first.tokenRequests[0]?.authorization).toBe(`Basic ${btoa('ours:hush')}`)
    const second = scriptWorld({ metadata: CIMD })
    await connect(second, { documentUrl })
    expect(second.authorizations[0]?.get('client_id')).toBe(documentUrl)
    const third = scriptWorld()
    const book = createClientBook()
    await connect(third, { documentUrl, book })
    await connect(third, { documentUrl, book })
    expect(third.registrations).toHaveLength(1)
  })

  test('an authorization server that knows no way to us asks the operator', async () => {
    const { failure } = refusal({ metadata: { registration_endpoint: undefined } })
    expect(await failure).toMatchObject({
      code: 'hub.connection_client_needed',
      members: { issuer: ISSUER },
    })
  })

  test('after a change of the authorization server nothing of the old one is used', async () => {
    const registered = { clientId: 'ours', clientSecret: 'hush', issuer: 'https://old.test' }
    const { world, failure } = refusal({}, { registered })
    expect(await failure).toMatchObject({ code: 'hub.connection_issuer_changed' })
    expect(world.tokenRequests).toHaveLength(0)
    const book = createClientBook()
    await book.keep('https://old.test', { client_id: 'made-by-old' })
    const migrated = scriptWorld()
    await connect(migrated, { book })
    expect(migrated.authorizations[0]?.get('client_id')).toBe('made-by-as.test')
  })

  test.each([
    ['client_secret_post', 'hush', null],
    ['client_secret_basic', null, `Basic ${btoa('ours:hush')}`],
  ])('%s', async (method, inBody, authorization) => {
    const world = scriptWorld({ metadata: { token_endpoint_auth_methods_supported: [method] } })
    await connect(world, { registered: { clientId: 'ours', clientSecret: 'hush' } })
    expect(world.tokenRequests[0]?.body.get('client_secret')).toBe(inBody)
    expect(world.tokenRequests[0]?.authorization).toBe(authorization)
  })
})

describe('scopes', () => {
  const supported = { resource: { scopes_supported: ['read', 'list'] } }
  const offline = { metadata: { scopes_supported: ['offline_access'] } }
  test.each([
    ['of the challenge', supported, { challengeHeader: 'Bearer scope="write"' }, 'write'],
    ['of the resource', supported, {}, 'read list'],
    ['none', {}, {}, null],
    ['that the operator wrote', supported, { scopes: 'own' }, 'own'],
    [
      'with those held before',
      {},
      { challengeHeader: 'Bearer scope="b"', heldScope: 'a b' },
      'a b',
    ],
    [
      'with offline access where it is offered',
      { ...supported, ...offline },
      {},
      'read list offline_access',
    ],
    ['behind another scheme', {}, { challengeHeader: 'Basic realm="x", Bearer scope="w"' }, 'w'],
  ])('%s', async (_name, script, wish, expected) => {
    const world = scriptWorld(script)
    await connect(world, wish)
    expect(world.authorizations[0]?.get('scope')).toBe(expected)
  })
})

describe('machines and employees', () => {
  test('client credentials go to their issuer only', async () => {
    const proof = { kind: 'secret', secret: 'hush' } as const
    const world = scriptWorld()
    await connect(world, { machine: { clientId: 'robot', proof, issuer: ISSUER, scopes: 'run' } })
    expect(Object.fromEntries(world.tokenRequests[0]?.body ?? [])).toEqual({
      grant_type: 'client_credentials',
      scope: 'run',
      resource: SERVER_URL,
    })
    const moved = refusal({}, { machine: { clientId: 'robot', proof, issuer: 'https://old.test' } })
    expect(await moved.failure).toMatchObject({ code: 'hub.connection_issuer_changed' })
    expect(moved.world.tokenRequests).toHaveLength(0)
  })

  test('an ID token is exchanged at the identity provider, never sent to the server', async () => {
    const world = scriptWorld({
      token: {
        access_token: 'jag',
        issued_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
        token_type: 'Bearer',
      },
    })
    await connect(world, {
      enterprise: {
        clientId: 'us',
        clientSecret: 'hush',
        idpTokenEndpoint: 'https://idp.test/token',
        idpClientId: 'us-at-idp',
        idToken: 'the.id.token',
      },
    })
    const [exchange, grant] = world.tokenRequests
    expect(Object.fromEntries(exchange?.body ?? [])).toMatchObject({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'the.id.token',
      audience: ISSUER,
      resource: SERVER_URL,
    })
    expect(grant?.body.get('assertion')).toBe('jag')
    expect(grant?.body.toString()).not.toContain('the.id.token')
  })
})

test('no text of a stranger is repeated in a refusal', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 4 }), async (text) => {
      const marked = `<${text}>`
      const world = scriptWorld({
        tokenStatus: 400,
        token: { error: 'invalid_grant', error_description: marked },
      })
      const failure: unknown = await connect(world).catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: 'hub.connection_refused' })
      expect(String(failure)).not.toContain(marked)
    }),
    { numRuns: 20 },
  )
})
