import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestControlPlane, TEST_URL, type TestControlPlane } from '../../../main/testing.ts'

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
  return plane.sendForm('/welcome', { token, password })
}

function signIn(password: string, headers: Record<string, string> = {}): Promise<Response> {
  return plane.send('POST', '/api/auth/sign-in/email', {
    key: null,
    headers: { origin: TEST_URL, ...headers },
    body: { email, password },
  })
}

async function cookieOf(answer: Response): Promise<string> {
  expect(answer.status).toBe(200)
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

describe('the one-time link', () => {
  test('asks for a password and signs in; the page runs no script and cannot be framed', async () => {
    const token = await makeToken()
    const page = await plane.send('GET', `/welcome?token=${token}`, { key: null })
    expect(page.status).toBe(200)
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    const html = await page.text()
    expect(html).toContain(`value="${token}"`)
    expect(html).not.toMatch(/<script|style=/)
    const done = await submit(token, PASSWORD)
    expect(await done.clone().text()).toContain('You are signed in')
    const cookie = await cookieOf(done)
    const me = await plane.json(200, 'GET', '/v1/me', { key: null, headers: { cookie } })
    expect(me).toMatchObject({ via: 'session', member: { email } })
    expect((await signIn(PASSWORD)).status).toBe(200)
  })

  test('works once: a replay is refused, and opening the page uses nothing up', async () => {
    const token = await makeToken()
    await plane.send('GET', `/welcome?token=${token}`, { key: null })
    expect((await submit(token, PASSWORD)).status).toBe(200)
    const replay = await submit(token, 'another password')
    expect(replay.status).toBe(400)
    expect(replay.headers.getSetCookie()).toEqual([])
    expect((await signIn('another password')).status).toBe(401)
  })

  test('of two uses at the same moment one succeeds', async () => {
    const token = await makeToken()
    const answers = await Promise.all([submit(token, PASSWORD), submit(token, PASSWORD)])
    const statuses = answers.map(({ status }) => status)
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 400])
  })

  test('an expired one is refused', async () => {
    const token = await makeToken()
    await plane.database.query({
      text: `update auth.verification set "expiresAt" = now() - interval '1 second'`,
    })
    expect((await submit(token, PASSWORD)).status).toBe(400)
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

  test.each(['', '?token=', '?token=<script>'])(
    'a page without a token says so: %s',
    async (query) => {
      const page = await plane.send('GET', `/welcome${query}`, { key: null })
      expect(page.status).toBe(400)
      expect(await page.text()).not.toContain('<script')
    },
  )
})

describe('a session', () => {
  test('works as a signed bearer token, and not once it is tampered with', async () => {
    await submit(await makeToken(), PASSWORD)
    const token = (await signIn(PASSWORD)).headers.get('set-auth-token') ?? ''
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

  test('ends with sign-out', async () => {
    const cookie = await cookieOf(await submit(await makeToken(), PASSWORD))
    const headers = { cookie, origin: TEST_URL }
    const out = await plane.send('POST', '/api/auth/sign-out', { key: null, headers, body: {} })
    expect(out.status).toBe(200)
    expect((await plane.send('GET', '/v1/me', { key: null, headers: { cookie } })).status).toBe(401)
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

  test('malformed JSON and another origin are refused as anywhere', async () => {
    const broken = await plane.sendRaw('POST', '/api/auth/sign-in/email', 'x.y', '{"email":')
    expect(broken.status).toBe(400)
    await submit(await makeToken(), PASSWORD)
    const cookie = await cookieOf(await signIn(PASSWORD))
    const foreign = await plane.send('POST', '/api/auth/sign-out', {
      key: null,
      headers: { cookie, origin: 'https://evil.example' },
      body: {},
    })
    expect(foreign.status).toBe(403)
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
