import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  startTestControlPlane,
  TEST_URL,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'
import {
  browse,
  startAuthorizationServer,
  startBetterAuthServer,
  startProtectedServer,
  type AuthorizationServer,
  type BetterAuthServer,
  type ProtectedServer,
} from './testing/index.ts'
import { signUp, type Person } from './testing/sign-up.ts'

const CALLBACK = `${TEST_URL}/v1/oauth/callback`

let plane: TestControlPlane
let guard: AuthorizationServer
let upstream: ProtectedServer
let ada: Person
let server: { id: string; alias: string }
let made = 0

beforeAll(async () => {
  plane = await startTestControlPlane()
  ada = await person()
})
afterAll(() => plane.stop())

beforeEach(async () => {
  guard = await startAuthorizationServer()
  upstream = await startProtectedServer(guard, (_request, response) => response.end('{}'))
  server = await register()
  return async () => {
    await upstream.close()
    await guard.close()
  }
})

async function register(wish: JsonObject = {}): Promise<{ id: string; alias: string }> {
  made += 1
  const changed = await plane.json(201, 'POST', '/v1/servers', {
    body: {
      alias: `upstream-${made}`,
      transport: { kind: 'http', url: upstream.url },
      organizationId: ada.organizationId,
      ...wish,
    },
  })
  return changed['server'] as { id: string; alias: string }
}

function person(): Promise<Person> {
  made += 1
  return signUp(plane, `person-${made}`)
}

const as = (who: Person) => ({ key: null, headers: { cookie: who.cookie, origin: TEST_URL } })

async function begin(who = ada, body: JsonObject = {}): Promise<string> {
  const started = await plane.json(201, 'POST', `/v1/servers/${server.alias}/connection`, {
    ...as(who),
    body,
  })
  return String(started['authorizationUrl'])
}

/** Comes back from the authorization server; the place that the person ends at. */
async function comeBack(address: string, who: Person | null = ada): Promise<string> {
  const request = who === null ? { key: null } : as(who)
  const answer = await plane.send('GET', address.slice(TEST_URL.length), request)
  expect(answer.status).toBe(302)
  return answer.headers.get('location') ?? ''
}

async function connect(who = ada, body: JsonObject = {}): Promise<void> {
  const address = await browse(await begin(who, body), CALLBACK)
  expect(await comeBack(address, who)).toBe(`/connections?server=${server.alias}&outcome=connected`)
}

function credentials(refused: JsonObject | null = null, who: Partial<Person> = ada) {
  return plane.json(200, 'POST', '/internal/credentials', {
    key: plane.secrets.gateways[0]?.secret ?? '',
    body: {
      serverId: server.id,
      organizationId: ada.organizationId,
      memberId: ada.memberId,
      ...who,
      refused,
    },
  })
}

const status = async (who = ada) =>
  plane.json(200, 'GET', `/v1/servers/${server.id}/connection`, as(who))

describe('connecting an account at a real authorization server', () => {
  test('registers us, authorizes, and gives gateways a token that is good at the server and nowhere else', async () => {
    expect(await credentials()).toEqual({
      kind: 'authorization_required',
      reason: 'not_connected',
      url: `${TEST_URL}/connections?server=${server.alias}`,
    })
    await connect()
    const answer = await credentials()
    expect(answer).toMatchObject({ kind: 'token', holderId: ada.memberId, serverUrl: upstream.url })
    const token = String(answer['accessToken'])
    expect(await guard.scopesOf(token, upstream.url)).toEqual(['tools:read'])
    expect(await guard.scopesOf(token, 'http://127.0.0.1:1/mcp')).toBeUndefined()
    expect(await status()).toMatchObject({
      organization: null,
      member: { state: 'connected', issuer: guard.issuer, renews: true, missingScopes: [] },
    })
    const listed = await plane.json(200, 'GET', '/v1/connections', as(ada))
    expect(JSON.stringify(listed)).toContain(server.alias)
    const { seen } = upstream
    expect(seen.filter((header) => header !== null)).toEqual([])
  })

  test('nothing of it rests in clear, in no table', async () => {
    const address = await browse(await begin(), CALLBACK)
    const query = new URL(address).searchParams
    const secrets = [query.get('code') ?? '', query.get('state') ?? '']
    await comeBack(address)
    const answer = await credentials()
    secrets.push(String(answer['accessToken']))
    const { rows: tables } = await plane.database.query<{ name: string }>({
      text: `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
             where table_schema in ('hub', 'snapshot', 'audit') and table_type = 'BASE TABLE'`,
    })
    expect(tables.length).toBeGreaterThan(6)
    for (const { name } of tables) {
      const { rows } = await plane.database.query<{ dump: string }>({
        text: `select encode(convert_to(row_to_json(t)::text, 'UTF8'), 'escape') as dump from ${name} t`,
      })
      const dump = rows.map((row) => row.dump).join()
      for (const secret of secrets) {
        expect(dump).not.toContain(secret)
        expect(dump).not.toContain(Buffer.from(secret).toString('hex'))
      }
    }
  })

  test('an answer is good once, for whoever began, while signed in', async () => {
    const address = await browse(await begin(), CALLBACK)
    const gone = '/connections?outcome=hub.connection_attempt_gone'
    const stranger = await person()
    expect(await comeBack(address, stranger)).toBe(gone)
    expect(await comeBack(address.replace(/state=[^&]+/, 'state=guessed'))).toBe(gone)
    expect(await comeBack(address, null)).toMatch(/^\/sign-in\?next=%2Fv1%2Foauth%2Fcallback/)
    const byKey = await plane.send('GET', address.slice(TEST_URL.length))
    expect(byKey.status).toBe(410)
    expect(await comeBack(address)).toContain('outcome=connected')
    expect(await comeBack(address)).toBe(gone)
  })

  test('an answer of another authorization server connects nothing', async () => {
    const address = await browse(await begin(), CALLBACK)
    const forged = address.replace(/iss=[^&]+/, 'iss=http%3A%2F%2Fevil.test')
    expect(await comeBack(forged)).toContain('outcome=hub.connection_untrusted')
    expect(await credentials()).toMatchObject({ reason: 'not_connected' })
    expect(guard.tokenGrants).toEqual([])
  })

  test('a member’s account is for that member; an organization’s for all its members', async () => {
    await connect()
    const colleague = { memberId: 'mbr_01kp0000000000000000000000' }
    expect(await credentials(null, colleague)).toMatchObject({ reason: 'not_connected' })
    guard.account = 'shared'
    await connect(ada, { holder: 'organization' })
    expect(await credentials(null, colleague)).toMatchObject({ holderId: ada.organizationId })
    expect(await credentials()).toMatchObject({ holderId: ada.memberId })
  })

  test('a key of nobody cannot authorize, and who may not see the server learns nothing', async () => {
    const stranger = await person()
    await plane.json(404, 'POST', `/v1/servers/${server.id}/connection`, {
      ...as(stranger),
      body: {},
    })
    await plane.json(404, 'GET', `/v1/servers/${server.id}/connection`, as(stranger))
    await plane.json(404, 'DELETE', `/v1/servers/${server.id}/connection`, as(stranger))
  })
})

describe('renewing', () => {
  test('twenty that ask at once make one refresh, and all have the same new token', async () => {
    await connect()
    const before = await credentials()
    const refused = { generation: before['generation'], status: 401, challenge: null }
    guard.tokenGrants.length = 0
    const answers = await Promise.all(Array.from({ length: 20 }, () => credentials(refused)))
    expect(guard.tokenGrants).toEqual(['refresh_token'])
    const tokens = new Set(answers.map((answer) => answer['accessToken']))
    expect(tokens.size).toBe(1)
    expect(tokens.has(before['accessToken'])).toBe(false)
  })

  test('two control planes on one database make one refresh', async () => {
    await connect()
    const beside = await startTestControlPlane({ beside: plane })
    try {
      const before = await credentials()
      const refused = { generation: before['generation'], status: 401, challenge: null }
      const body = {
        serverId: server.id,
        organizationId: ada.organizationId,
        memberId: ada.memberId,
        refused,
      }
      const key = plane.secrets.gateways[0]?.secret ?? ''
      guard.tokenGrants.length = 0
      const answers = await Promise.all(
        [plane, beside, plane, beside].map((each) =>
          each.json(200, 'POST', '/internal/credentials', { key, body }),
        ),
      )
      expect(guard.tokenGrants).toEqual(['refresh_token'])
      expect(new Set(answers.map((answer) => answer['accessToken'])).size).toBe(1)
    } finally {
      await beside.stop()
    }
  })

  test('a token that ends soon is renewed ahead, by the schedule and when it is asked for', async () => {
    guard.accessTokenSeconds = 20
    await connect()
    guard.tokenGrants.length = 0
    await credentials()
    expect(guard.tokenGrants).toEqual(['refresh_token'])
    expect(await plane.runJob('hub.renew_credentials')).toBe(1)
    expect(guard.tokenGrants).toEqual(['refresh_token', 'refresh_token'])
  })

  test('while the authorization server is away the old token is used up; it is not taken for a refusal', async () => {
    guard.accessTokenSeconds = 20
    await connect()
    guard.isBroken = true
    expect(await credentials()).toMatchObject({ kind: 'token' })
    const { generation } = await credentials()
    const refused = { generation, status: 401, challenge: null }
    expect(await credentials(refused)).toMatchObject({ kind: 'unavailable' })
    guard.isBroken = false
    expect(await credentials(refused)).toMatchObject({ kind: 'token' })
  })

  test('a refresh that is refused asks the person again, and never twice', async () => {
    await connect()
    const { generation } = await credentials()
    // The authorization server forgot everything, and comes back as another one.
    await guard.close()
    guard = await startAuthorizationServer()
    upstream.guard = guard
    const refused = { generation, status: 401, challenge: null }
    expect(await credentials(refused)).toMatchObject({ kind: 'authorization_required' })
    expect(await status()).toMatchObject({ member: { state: 'expired', renews: false } })
    expect(await credentials()).toMatchObject({ reason: 'expired' })
    expect(guard.tokenGrants).toEqual([])
    await connect()
    expect(await credentials()).toMatchObject({ kind: 'token' })
  })
})

describe('more rights', () => {
  const missing = (generation: unknown, scope: string) => ({
    generation,
    status: 403,
    challenge: `Bearer error="insufficient_scope", scope="${scope}"`,
  })

  test('what the server asks for is authorized together with what is held, once', async () => {
    await connect()
    const { generation } = await credentials()
    expect(await credentials(missing(generation, 'tools:write'))).toMatchObject({
      kind: 'authorization_required',
      reason: 'more_scopes',
    })
    expect(await status()).toMatchObject({
      member: { state: 'more_scopes', missingScopes: ['tools:write'] },
    })
    expect(new URL(await begin()).searchParams.get('scope')?.split(' ')).toEqual(
      expect.arrayContaining(['tools:read', 'tools:write']),
    )
    await connect()
    const after = await credentials()
    const scopes = await guard.scopesOf(String(after['accessToken']), upstream.url)
    expect(scopes?.toSorted()).toEqual(['tools:read', 'tools:write'])
    expect(await credentials(missing(after['generation'], 'tools:write'))).toMatchObject({
      kind: 'refused',
    })
  })
})

describe('another authorization server, another address', () => {
  test('credentials of the old one are shown to neither', async () => {
    await connect()
    const { generation, accessToken } = await credentials()
    const second = await startAuthorizationServer()
    try {
      upstream.guard = second
      guard.tokenGrants.length = 0
      const refused = { generation, status: 401, challenge: null }
      expect(await credentials(refused)).toMatchObject({ kind: 'authorization_required' })
      expect(guard.tokenGrants).toEqual([])
      await connect()
      const after = await credentials()
      expect(after['accessToken']).not.toBe(accessToken)
      expect(await second.scopesOf(String(after['accessToken']), upstream.url)).toBeDefined()
      expect(await status()).toMatchObject({ member: { issuer: second.issuer } })
    } finally {
      await second.close()
    }
  })

  test('a server that moves loses every token at once', async () => {
    await connect()
    const transport = { kind: 'http', url: upstream.url.replace('/mcp', '/elsewhere') }
    await plane.json(200, 'PATCH', `/v1/servers/${server.id}`, { body: { transport } })
    expect(await credentials()).toMatchObject({ reason: 'not_connected' })
    expect(await status()).toMatchObject({ member: null })
    const id = `${server.id}:${ada.memberId}`
    expect(await plane.snapshotEntity('connection', id)).toBeUndefined()
  })

  test('an answer that comes after the move connects nothing', async () => {
    const address = await browse(await begin(), CALLBACK)
    const transport = { kind: 'http', url: upstream.url.replace('/mcp', '/elsewhere') }
    await plane.json(200, 'PATCH', `/v1/servers/${server.id}`, { body: { transport } })
    expect(await comeBack(address)).toContain('outcome=hub.connection_attempt_gone')
    expect(await status()).toMatchObject({ member: null })
  })
})

test('disconnecting forgets the tokens, tells gateways, and revokes them', async () => {
  await connect()
  const { accessToken } = await credentials()
  const id = `${server.id}:${ada.memberId}`
  expect(await plane.snapshotEntity('connection', id)).toMatchObject({ serverId: server.id })
  const ended = await plane.json(200, 'DELETE', `/v1/servers/${server.id}/connection`, as(ada))
  expect(ended).toMatchObject({ revoked: 'done', pendingGateways: [] })
  expect(await plane.snapshotEntity('connection', id)).toBeUndefined()
  expect(await credentials()).toMatchObject({ reason: 'not_connected' })
  expect(await guard.scopesOf(String(accessToken), upstream.url)).toBeUndefined()
  const { rows } = await plane.database.query<{ action: string }>({
    text: `select action from audit.entries where target = $1 and action like 'connection.%' order by id`,
    values: [server.id],
  })
  expect(rows.map(({ action }) => action)).toEqual([
    'connection.begun',
    'connection.made',
    'connection.ended',
  ])
})

describe('a service of its own', () => {
  const CLIENT = { client_id: 'robot', client_secret: 'robot-hush-hush' }

  test('gets its token without a person, and its secret is never shown', async () => {
    const service = await startAuthorizationServer({
      clients: [
        {
          ...CLIENT,
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
        },
      ],
    })
    try {
      upstream.guard = service
      const upstreamAuth = {
        kind: 'client_credentials',
        clientId: CLIENT.client_id,
        clientSecret: CLIENT.client_secret,
      }
      const changed = await plane.json(200, 'PATCH', `/v1/servers/${server.id}`, {
        body: { upstreamAuth },
      })
      expect(changed['server']).toMatchObject({
        upstreamAuth: { kind: 'client_credentials', clientId: 'robot', hasSecret: true },
      })
      expect(JSON.stringify(changed)).not.toContain(CLIENT.client_secret)
      const answers = await Promise.all(Array.from({ length: 5 }, () => credentials()))
      expect(answers[0]).toMatchObject({ kind: 'token', holderId: ada.organizationId })
      expect(service.tokenGrants).toEqual(['client_credentials'])
      const bound = await plane.json(200, 'GET', `/v1/servers/${server.id}`)
      expect(bound['upstreamAuth']).toMatchObject({ issuer: service.issuer })
      upstream.guard = guard
      const { generation } = answers[0] ?? {}
      const refused = { generation, status: 401, challenge: null }
      expect(await credentials(refused)).toMatchObject({ kind: 'authorization_required' })
      expect(guard.tokenGrants).toEqual([])
    } finally {
      await service.close()
    }
  })
})

describe('at the MCP plugin of better-auth', () => {
  let other: BetterAuthServer
  afterEach(() => other.close())

  async function guardBy(options: Parameters<typeof startBetterAuthServer>[1]): Promise<void> {
    other = await startBetterAuthServer((_request, response) => response.end('{}'), options)
    server = await register({ transport: { kind: 'http', url: other.url } })
  }

  test('refresh tokens rotate: each renewal uses the one of the renewal before', async () => {
    await guardBy({ accessTokenSeconds: 20 })
    await connect()
    const tokens = new Set<unknown>()
    for (let round = 0; round < 3; round += 1) tokens.add((await credentials())['accessToken'])
    expect(tokens.size).toBe(3)
    expect(other.tokenGrants).toEqual(['authorization_code', ...Array(3).fill('refresh_token')])
    expect(other.liveRefreshTokens()).toBe(1)
  })

  test('where nobody may register by himself it says who has to know us, and a client that was entered works', async () => {
    await guardBy({ canRegister: false })
    const path = `/v1/servers/${server.id}/connection`
    expect(await plane.json(422, 'POST', path, { ...as(ada), body: {} })).toMatchObject({
      code: 'hub.connection_client_needed',
      issuer: other.issuer,
    })
    const upstreamAuth = { kind: 'oauth', ...(await other.registerByHand(CALLBACK)) }
    await plane.json(200, 'PATCH', `/v1/servers/${server.id}`, { body: { upstreamAuth } })
    await connect()
    expect(await credentials()).toMatchObject({ kind: 'token', serverUrl: other.url })
  })
})

test('our client metadata document names its own address', async () => {
  const answer = await plane.send('GET', '/oauth/client-metadata.json', { key: null })
  expect(await answer.json()).toMatchObject({
    client_id: `${TEST_URL}/oauth/client-metadata.json`,
    redirect_uris: [CALLBACK],
    token_endpoint_auth_method: 'none',
  })
})
