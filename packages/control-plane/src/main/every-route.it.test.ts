import { ROUTES } from '@mcp-orchestra/api/openapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestControlPlane, type JsonObject, type TestControlPlane } from './testing.ts'

let plane: TestControlPlane
let powerless: string
beforeAll(async () => {
  plane = await startTestControlPlane()
  const issued = await plane.json(201, 'POST', '/v1/keys', {
    body: { name: 'powerless', permissions: ['organization:read'] },
  })
  powerless = String(issued['secret'])
})
afterAll(() => plane.stop())

/** An id of nothing, but of the right form, so that the database must be asked. */
const NOBODY = '01kp0000000000000000000000'

/** Well-formed bodies, so that the refusal is about the caller and not about the input. */
const BODIES: Readonly<Record<string, JsonObject>> = {
  signIn: { email: 'a@example.com', password: 'correct horse battery' },
  redeemSignInLink: { token: 'a-token-of-nobody', password: 'correct horse battery' },
  createKey: { name: 'k', permissions: ['servers:read'] },
  rotateKey: {},
  createKeyGroup: { kind: 'agent', name: 'a' },
  createOrganization: { name: 'o' },
  createSignInLink: { email: 'a@example.com' },
  registerServer: { alias: 'a', transport: { kind: 'http', url: 'https://example.com/' } },
  changeServer: { name: 'b' },
  previewOpenApi: { document: 'openapi: 3.1.0' },
  connectServer: {},
  setServerState: { action: 'on' },
  setToolPrice: { price: { units: '0.001', asset: 'USD' } },
  defineMeter: { key: 'm', name: 'm', aggregation: 'count' },
  trackMeterEvents: { events: [{ id: 'e', meter: 'm', subject: 's' }] },
  createTopUp: { organizationId: 'org_01kp0000000000000000000000', amount: { units: '1' } },
  createCap: { window: 'day', amount: { units: '1' } },
  giveMandate: {
    name: 'm',
    principal: { kind: 'key', id: `key_${NOBODY}` },
    limit: { units: '1' },
    expiresInSeconds: 60,
  },
  stopSpending: { reason: 'a bug' },
  changeCap: { amount: { units: '1' } },
  registerAsset: { id: 'eip155:1/erc20:0xabc', code: 'ABC', scale: 6 },
  setAssetListing: { listed: false },
  saveBillingProfile: {
    name: 'Nobody',
    address: { line1: 'a', city: 'b', postcode: '1', country: 'DE' },
    email: 'a@example.com',
  },
  finalizeInvoice: { organizationId: `org_${NOBODY}`, side: 'payer', month: '2026-10' },
  creditInvoice: { reason: 'wrong address' },
  createQuote: { usd: '1', asset: 'usdc' },
  putQuoteSource: {
    asset: { id: 'usdc', scale: 6, stablecoin: true },
    rank: 0,
    heartbeatSeconds: 60,
    rate: { kind: 'manual', usd: '1' },
  },
  createRefund: { reason: 'wrong answer' },
  publishShares: { parties: [] },
  distributeRevenue: { month: '2026-10' },
  openDispute: { reason: 'wrong answer' },
  closeDispute: { outcome: 'accepted' },
  savePayee: { rail: 'bank', schedule: 'none' },
  approvePayee: { version: 1 },
  holdPayee: { reason: null },
  requestPayout: {},
  reportPayout: { kind: 'paid', reference: 'x' },
  raiseLedgerEpoch: { reason: 'restored from a backup' },
}

/** Open to every credential. */
const FOR_ALL: ReadonlySet<string> = new Set(['getMe', 'getStatus'])

const ID_OF: readonly (readonly [RegExp, string])[] = [
  [/^\/v1\/keys/, 'key'],
  [/^\/v1\/key-groups/, 'agt'],
  [/^\/v1\/servers/, 'srv'],
  [/^\/v1\/usage/, 'evt'],
  [/^\/v1\/caps/, 'cap'],
  [/^\/v1\/stops/, 'stp'],
  [/^\/v1\/mandates/, 'mdt'],
  [/^\/v1\/invoices/, 'inv'],
  [/^\/v1\/quotes/, 'quo'],
  [/^\/v1\/refunds/, 'rfd'],
  [/^\/v1\/disputes/, 'dsp'],
  [/^\/v1\/payouts/, 'pay'],
  [/^\/v1\/gateway-incarnations/, 'inc'],
]

/** Queries that a route cannot do without. */
const QUERIES: Readonly<Record<string, string>> = {
  getLedgerArchive: '?from=2026-01-01&to=2026-02-01',
  getMeterUsage: '?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z',
  listMeterSubjects: '?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z',
  getLedgerStatement: '?account=platform:fees&from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z',
}

const all = ROUTES.map((route) => {
  const prefix = ID_OF.find(([path]) => path.test(route.path))?.[1] ?? 'org'
  return {
    name: String(route.operationId),
    method: route.method.toUpperCase(),
    path: route.path
      .replace('{id}', `${prefix}_${NOBODY}`)
      .replace('{tool}', 'echo')
      .replace('{code}', 'USDT')
      .replace('{key}', 'm')
      .replace('{kid}', 'k'.repeat(43))
      .replace('{name}', 'feed')
      .concat(QUERIES[String(route.operationId)] ?? ''),
    isOpen: route.security?.length === 0,
  }
})
/** Where a credential is got or given back; their own tests are in identity. */
const open = all.filter(({ isOpen }) => isOpen)
const routes = all.filter(({ isOpen }) => !isOpen)

function send(route: (typeof routes)[number], key: string | null): Promise<Response> {
  const body = BODIES[route.name]
  return plane.send(route.method, route.path, {
    key,
    headers: { 'idempotency-key': 'a-key-for-the-test' },
    ...(body === undefined ? {} : { body }),
  })
}

describe('every public route', () => {
  test('needs a credential, but for those of the session and the public keys', () => {
    expect(open.map(({ name }) => name)).toEqual([
      'signIn',
      'redeemSignInLink',
      'signOut',
      'getReceiptKeys',
    ])
  })

  test.each(routes)(
    '$name: without a credential 401, before its input is looked at',
    async (route) => {
      const answer = await send(route, null)
      expect(answer.status).toBe(401)
      const problem = (await answer.json()) as JsonObject
      expect(problem['code']).toBe('identity.unauthenticated')
      const blind = await plane.send(route.method, `${route.path.split('?')[0]}?limit=none`, {
        key: null,
        body: undefined,
      })
      expect(blind.status).toBe(401)
    },
  )

  test.each(routes.filter(({ name }) => !FOR_ALL.has(name)))(
    '$name: without the permission 403, which is named',
    async (route) => {
      const answer = await send(route, powerless)
      const problem = (await answer.json()) as JsonObject
      expect(problem).toMatchObject({ status: 403, code: 'identity.forbidden' })
      expect(problem['permission']).toMatch(/^[a-z]+:[a-z]+$/)
    },
  )
})

test('the API’s document and its page come from this machine', async () => {
  const document = await plane.json(200, 'GET', '/openapi.json', { key: null })
  expect(document['openapi']).toBe('3.1.0')
  const page = await plane.send('GET', '/reference', { key: null })
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
  const html = await page.text()
  expect(html).not.toMatch(/https?:\/\//)
  for (const [, path] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
    expect((await plane.send('GET', path ?? '', { key: null })).status).toBe(200)
  }
})

describe('when the database is gone', () => {
  beforeAll(() => plane.stopDatabase())

  /** They need nothing of the database but the key, and a key is remembered for a second. */
  const ofMemory: ReadonlySet<string> = new Set(['getMe', 'previewOpenApi'])
  const asking = routes.filter(({ name }) => !ofMemory.has(name))
  test.each(asking)('$name: 503 with Retry-After', async (route) => {
    const answer = await send(route, plane.operatorKey)
    const problem = (await answer.json()) as JsonObject
    expect(problem).toMatchObject({ status: 503, code: 'database.unavailable', retryable: true })
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
  })

  // Without a session there is nothing to end, and nobody to ask.
  test.each(open.filter(({ name }) => name !== 'signOut'))('$name is 503 too', async (route) => {
    const answer = await send(route, null)
    expect(answer.status).toBe(503)
    expect(((await answer.json()) as JsonObject)['code']).toBe('database.unavailable')
  })

  test('the process lives, and says that it is not ready', async () => {
    expect((await plane.send('GET', '/healthz', { key: null })).status).toBe(200)
    const ready = await plane.send('GET', '/readyz', { key: null })
    expect(ready.status).toBe(503)
    expect(ready.headers.get('retry-after')).toBe('1')
  })
})
