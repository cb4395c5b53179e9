import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  startTestControlPlane,
  TEST_URL,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'

const PASSWORD = 'correct horse battery'

let plane: TestControlPlane
beforeAll(async () => {
  plane = await startTestControlPlane()
})
afterAll(() => plane.stop())

let email: string
let made = 0
beforeEach(async () => {
  made += 1
  email = `member-${made}@acme.example`
  await plane.json(201, 'POST', '/v1/organizations', { body: { name: 'Acme', adminEmail: email } })
})

async function makeToken(): Promise<string> {
  const link = await plane.json(201, 'POST', '/v1/sign-in-links', { body: { email } })
  const url = new URL(String(link['url']))
  expect(url.origin + url.pathname).toBe(`${TEST_URL}/welcome`)
  return url.searchParams.get('token') ?? ''
}

function submit(token: string, password: string): Promise<Response> {
  return plane.send('POST', '/v1/session/link', {
    key: null,
    headers: { origin: TEST_URL },
    body: { token, password },
  })
}

function signIn(password: string, headers: Record<string, string> = {}): Promise<Response> {
  return plane.send('POST', '/v1/session', {
    key: null,
    headers: { origin: TEST_URL, ...headers },
    body: { email, password },
  })
}

/** Signs in by better-auth's own address, which also answers with a bearer token. */
function signInForToken(password: string): Promise<Response> {
  return plane.send('POST', '/api/auth/sign-in/email', {
    key: null,
    headers: { origin: TEST_URL },
    body: { email, password },
  })
}

async function problemOf(answer: Response): Promise<unknown> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  const { code } = (await answer.json()) as JsonObject
  return code
}

/** What the audit trail says of a member, oldest first. */
async function actionsOf(memberId: string): Promise<string[]> {
  const { rows } = await plane.database.query<{ action: string }>({
    text: `select action from audit.entries where actor = $1 and target = $1 order by id`,
    values: [memberId],
  })
  return rows.map(({ action }) => action)
}

async function cookieOf(answer: Response): Promise<string> {
  expect(answer.status).toBe(200)
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

describe('the one-time link', () => {
  test('sets the password and signs in with a cookie that no script can read', async () => {
    const done = await submit(await makeToken(), PASSWORD)
    expect(await done.clone().json()).toMatchObject({ via: 'session', member: { email } })
    const [written] = done.headers.getSetCookie()
    expect(written).toMatch(/^orchestra\.session_token=[^;]+;.*HttpOnly/i)
    expect(written).toMatch(/SameSite=Lax/i)
    expect(done.headers.get('set-auth-token')).toBeNull()
    const cookie = await cookieOf(done)
    const me = await plane.json(200, 'GET', '/v1/me', { key: null, headers: { cookie } })
    expect(me).toMatchObject({ via: 'session', member: { email } })
    expect((await signIn(PASSWORD)).status).toBe(200)
    expect(await actionsOf(String((me['member'] as JsonObject)['id']))).toEqual([
      'session.started_by_link',
      'session.started',
    ])
  })

  test('works once: a replay is refused, and opening the page uses nothing up', async () => {
    const token = await makeToken()
    await plane.send('GET', `/welcome?token=${token}`, { key: null })
    expect((await submit(token, PASSWORD)).status).toBe(200)
    const replay = await submit(token, 'another password')
    expect(replay.status).toBe(410)
    expect(await problemOf(replay)).toBe('identity.link_gone')
    expect(replay.headers.getSetCookie()).toEqual([])
    expect((await signIn('another password')).status).toBe(401)
  })

  test('of two uses at the same moment one succeeds', async () => {
    const token = await makeToken()
    const answers = await Promise.all([submit(token, PASSWORD), submit(token, PASSWORD)])
    const statuses = answers.map(({ status }) => status)
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 410])
  })

  test('an expired one is refused', async () => {
    const token = await makeToken()
    await plane.database.query({
      text: `update auth.verification set "expiresAt" = now() - interval '1 second'`,
    })
    expect((await submit(token, PASSWORD)).status).toBe(410)
  })

  test('rests in the database as a hash only', async () => {
    const token = await makeToken()
    const { rows } = await plane.database.query<{ dump: string }>({
      text: 'select row_to_json(v)::text as dump from auth.verification v',
    })
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.map(({ dump }) => dump).join()).not.toContain(token)
  })

  test('a short password keeps the link alive', async () => {
    const token = await makeToken()
    expect((await submit(token, 'short')).status).toBe(400)
    expect((await submit(token, PASSWORD)).status).toBe(200)
  })

  test('a second link sets a new password, and ends every older session', async () => {
    const old = await cookieOf(await submit(await makeToken(), PASSWORD))
    await submit(await makeToken(), 'a brand new password')
    expect((await signIn(PASSWORD)).status).toBe(401)
    expect((await signIn('a brand new password')).status).toBe(200)
    const me = await plane.send('GET', '/v1/me', { key: null, headers: { cookie: old } })
    expect(me.status).toBe(401)
  })

  test('is made for members only, by operators only', async () => {
    await plane.json(404, 'POST', '/v1/sign-in-links', { body: { email: 'nobody@acme.example' } })
    await plane.json(400, 'POST', '/v1/sign-in-links', { body: { email: 'nonsense' } })
    const { key } = await plane.foundOrganization('No links')
    await plane.json(403, 'POST', '/v1/sign-in-links', { key, body: { email } })
  })

  test('is used up from our own pages only', async () => {
    const body = { token: await makeToken(), password: PASSWORD }
    for (const headers of [{ origin: 'https://evil.example' }, { cookie: 'a=b' }]) {
      const foreign = await plane.send('POST', '/v1/session/link', { key: null, headers, body })
      expect(foreign.status).toBe(403)
      expect(await problemOf(foreign)).toBe('identity.cross_origin')
    }
    expect((await submit(body.token, PASSWORD)).status).toBe(200)
  })

  test.each(['', '<script>', 'x'.repeat(129)])(
    'a token of another form is 400: %s',
    async (token) => {
      const answer = await submit(token, PASSWORD)
      expect(answer.status).toBe(400)
      expect(answer.headers.getSetCookie()).toEqual([])
    },
  )
})

describe('a session', () => {
  test('works as a signed bearer token, and not once it is tampered with', async () => {
    await submit(await makeToken(), PASSWORD)
    const token = (await signInForToken(PASSWORD)).headers.get('set-auth-token') ?? ''
    await plane.json(200, 'GET', '/v1/me', { key: token })
    const [id, signature] = token.split('.')
    for (const bad of [
      id ?? '',
      `${id}.${'A'.repeat(signature?.length ?? 43)}`,
      `${id}x.${signature}`,
    ]) {
      expect((await plane.send('GET', '/v1/me', { key: bad })).status).toBe(401)
    }
  })

  test('by cookie changes things only from our own pages', async () => {
    const cookie = await cookieOf(await submit(await makeToken(), PASSWORD))
    const body = { name: 'from a page', permissions: ['servers:read'] }
    const post = (headers: Record<string, string>) =>
      plane.send('POST', '/v1/keys', { key: null, body, headers: { cookie, ...headers } })
    expect((await post({})).status).toBe(403)
    expect((await post({ origin: 'https://evil.example' })).status).toBe(403)
    expect((await post({ origin: TEST_URL })).status).toBe(201)
  })

  test('a bad bearer token is not rescued by a good cookie', async () => {
    const cookie = await cookieOf(await submit(await makeToken(), PASSWORD))
    const answer = await plane.send('GET', '/v1/me', { key: 'a.b', headers: { cookie } })
    expect(answer.status).toBe(401)
  })

  test('works under both names of this machine', async () => {
    await submit(await makeToken(), PASSWORD)
    const other = TEST_URL.replace('127.0.0.1', 'localhost')
    const cookie = await cookieOf(await signIn(PASSWORD, { origin: other }))
    const answer = await plane.send('POST', '/v1/keys', {
      key: null,
      headers: { cookie, origin: other },
      body: { name: 'from localhost', permissions: ['servers:read'] },
    })
    expect(answer.status).toBe(201)
  })

  test.each([
    ['DELETE', '/v1/session', undefined, 204],
    ['POST', '/api/auth/sign-out', {}, 200],
  ])('ends with %s %s', async (method, path, body, status) => {
    const cookie = await cookieOf(await submit(await makeToken(), PASSWORD))
    const request = { key: null, ...(body === undefined ? {} : { body }) }
    for (const headers of [{ cookie }, { cookie, origin: 'https://evil.example' }]) {
      expect((await plane.send(method, path, { ...request, headers })).status).toBe(403)
    }
    await plane.json(200, 'GET', '/v1/me', { key: null, headers: { cookie } })
    const out = await plane.send(method, path, {
      ...request,
      headers: { cookie, origin: TEST_URL },
    })
    expect(out.status).toBe(status)
    expect(out.headers.getSetCookie().join()).toMatch(/orchestra\.session_token=;.*Max-Age=0/i)
    expect((await plane.send('GET', '/v1/me', { key: null, headers: { cookie } })).status).toBe(401)
  })

  test('that is not there ends without a fault, and a key is no session', async () => {
    for (const headers of [{}, { cookie: 'orchestra.session_token=x', origin: TEST_URL }]) {
      expect((await plane.send('DELETE', '/v1/session', { key: null, headers })).status).toBe(204)
    }
    const { key } = await plane.foundOrganization('Keeps its key')
    expect((await plane.send('DELETE', '/v1/session', { key })).status).toBe(204)
    await plane.json(200, 'GET', '/v1/me', { key })
  })

  test('signed in and out is in the audit trail', async () => {
    await submit(await makeToken(), PASSWORD)
    const answer = await signIn(PASSWORD)
    const me = (await answer.clone().json()) as { member: { id: string } }
    const headers = { cookie: await cookieOf(answer), origin: TEST_URL }
    await plane.send('DELETE', '/v1/session', { key: null, headers })
    expect(await actionsOf(me.member.id)).toEqual([
      'session.started_by_link',
      'session.started',
      'session.ended',
    ])
  })

  test('is not opened for a member of a suspended organization', async () => {
    await submit(await makeToken(), PASSWORD)
    await plane.database.query({
      text: `update identity.organizations set status = 'suspended'
             where id = (select organization_id from identity.members where email = $1)`,
      values: [email],
    })
    const refused = await signIn(PASSWORD)
    expect(refused.status).toBe(403)
    expect(refused.headers.getSetCookie()).toEqual([])
    expect(await problemOf(refused)).toBe('identity.organization_suspended')
  })
})

describe('a refused sign-in', () => {
  test('is a problem document that does not say whether the account exists', async () => {
    await submit(await makeToken(), PASSWORD)
    const known = await signIn('wrong password')
    email = `nobody-${made}@acme.example`
    const unknown = await signIn('wrong password')
    for (const answer of [known, unknown]) {
      expect(answer.status).toBe(401)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(await answer.json()).toMatchObject({ code: 'identity.sign_in_refused' })
    }
  })

  test.each(['/v1/session', '/v1/session/link', '/api/auth/sign-in/email'])(
    'malformed JSON, other types and large bodies are refused as anywhere: %s',
    async (path) => {
      const send = (text: string, type = 'application/json') =>
        plane.send('POST', path, { key: null, headers: { 'content-type': type }, body: text })
      const broken = await plane.sendRaw('POST', path, 'x.y', '{"email":')
      expect([broken.status, await problemOf(broken)]).toEqual([400, 'request.invalid'])
      expect((await send('{}', 'text/plain')).status).toBe(415)
      expect((await send('x'.repeat(1_100_000))).status).toBe(413)
    },
  )

  test('from another origin is refused before the password is looked at', async () => {
    await submit(await makeToken(), PASSWORD)
    const cookie = await cookieOf(await signIn(PASSWORD))
    const foreign = await signIn(PASSWORD, { cookie, origin: 'https://evil.example' })
    expect(foreign.status).toBe(403)
    expect(foreign.headers.getSetCookie()).toEqual([])
  })
})

describe('guessing', () => {
  test('an account is closed to guesses for a while, whatever X-Forwarded-For says', async () => {
    const statuses: number[] = []
    for (let guess = 0; guess < 11; guess += 1) {
      const answer = await signIn('wrong password', { 'x-forwarded-for': `192.0.2.${guess}` })
      statuses.push(answer.status)
    }
    expect(statuses.slice(0, 10).every((status) => status === 401 || status === 429)).toBe(true)
    expect(statuses.at(-1)).toBe(429)
  })

  test.each(['/api/auth/sign-up/email', '/api/auth/sign-in/magic-link', '/api/auth/delete-user'])(
    'what is not needed is not there: %s',
    async (path) => {
      const answer = await plane.send('POST', path, {
        key: null,
        body: { email, password: PASSWORD },
      })
      expect(answer.status).toBe(404)
    },
  )
})
