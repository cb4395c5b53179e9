import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ROUTES } from '@mcp-orchestra/api/openapi'
import { createIds, parseId, parseUnits, systemClock, USD } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  browse,
  startAuthorizationServer,
  startProtectedServer,
  type AuthorizationServer,
  type ProtectedServer,
} from '../modules/hub/upstream-auth/testing/index.ts'
import { accountNames, createLedger, createPostgresLedgerStore } from '../modules/ledger/index.ts'
import { postgresUsageTotals, type Month } from '../modules/metering/index.ts'
import { postPaidCall, type PaidCall, type Party } from '../modules/payments/testing/paid-call.ts'
import {
  startTestControlPlane,
  TEST_URL,
  type JsonObject,
  type TestControlPlane,
} from './testing.ts'

const PASSWORD = 'correct horse battery'
const EMAIL = 'ada@example.com'
const DOCUMENT = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'Pets', version: '1' },
  servers: [{ url: 'https://api.example.com' }],
  paths: { '/pets': { get: { operationId: 'listPets' } } },
})

let plane: TestControlPlane
let guard: AuthorizationServer
let upstream: ProtectedServer
let site: Server
let siteUrl: string
let organizationId: string
let made = 0
beforeAll(async () => {
  plane = await startTestControlPlane()
  guard = await startAuthorizationServer()
  upstream = await startProtectedServer(guard, (_request, response) => response.end('{}'))
  site = createServer((_request, response) => response.end(DOCUMENT))
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
  const body = { name: 'Acme', adminEmail: EMAIL }
  const founded = await plane.json(201, 'POST', '/v1/organizations', { body })
  organizationId = idOf(founded, 'organization')
})
afterAll(async () => {
  site.close()
  await upstream.close()
  await guard.close()
  await plane.stop()
})

/** Routes that need no entry although their method says that they change something; each with its reason. */
const LEAVES_NO_ENTRY: ReadonlySet<string> = new Set([
  // Reads a document that it is given, and keeps nothing of it.
  'previewOpenApi',
  // Each event is a row of its own that is never changed, with who reported it and when.
  'trackMeterEvents',
])

/** How each change is made, and what the trail must say of it. */
const CHANGES: Readonly<Record<string, readonly [action: string, make: () => Promise<Response>]>> =
  {
    signIn: [
      'session.started',
      async () => {
        await redeem()
        return post('/v1/session', { email: EMAIL, password: PASSWORD }, ownPage)
      },
    ],
    redeemSignInLink: ['session.started_by_link', redeem],
    signOut: ['session.ended', async () => plane.send('DELETE', '/v1/session', await signedIn())],
    createKey: ['key.issued', () => post('/v1/keys', { name: 'k', permissions: ['servers:read'] })],
    rotateKey: ['key.rotated', async () => post(`/v1/keys/${await key()}/rotate`, {})],
    revokeKey: ['key.revoked', async () => plane.send('DELETE', `/v1/keys/${await key()}`)],
    createKeyGroup: [
      'key_group.created',
      () => post('/v1/key-groups', { kind: 'agent', name: 'a' }),
    ],
    removeKeyGroup: [
      'key_group.removed',
      async () => plane.send('DELETE', `/v1/key-groups/${await group('project')}`),
    ],
    createOrganization: ['organization.founded', () => post('/v1/organizations', { name: 'New' })],
    createSignInLink: ['member.link_made', () => post('/v1/sign-in-links', { email: EMAIL })],
    registerServer: ['server.registered', () => post('/v1/servers', newServer())],
    removeServer: [
      'server.removed',
      async () => plane.send('DELETE', `/v1/servers/${await server()}`),
    ],
    setServerState: [
      'server.switched_off',
      async () => post(`/v1/servers/${await server()}/state`, { action: 'off' }),
    ],
    createCallKey: [
      'key.call_issued',
      async () => post(`/v1/servers/${await server()}/call-keys`, {}, await signedIn()),
    ],
    changeServer: [
      'server.changed',
      async () => plane.send('PATCH', `/v1/servers/${await server()}`, { body: { name: 'b' } }),
    ],
    connectServer: [
      'connection.begun',
      async () => post(`/v1/servers/${await guarded()}/connection`, {}, await signedIn()),
    ],
    disconnectServer: [
      'connection.ended',
      async () => {
        const id = await guarded()
        await connect(id)
        return plane.send('DELETE', `/v1/servers/${id}/connection`, await signedIn())
      },
    ],
    refreshDocument: [
      'server.document_refreshed',
      async () => {
        const transport = { kind: 'openapi', documentUrl: siteUrl }
        return post(`/v1/servers/${await server({ transport })}/refresh-document`)
      },
    ],
    setToolPrice: [
      'price.published',
      async () =>
        plane.send('PUT', `/v1/servers/${await server()}/tools/echo/price`, {
          body: { price: { units: '0.001', asset: 'USD' } },
        }),
    ],
    defineMeter: [
      'meter.defined',
      () => post('/v1/meters', { key: 'defined', name: 'm', aggregation: 'count' }),
    ],
    archiveMeter: [
      'meter.archived',
      async () => {
        await post('/v1/meters', { key: 'archived', name: 'm', aggregation: 'count' })
        return plane.send('DELETE', '/v1/meters/archived')
      },
    ],
    createTopUp: [
      'balance.topped_up',
      () =>
        post(
          '/v1/top-ups',
          { organizationId, amount: { units: '1' } },
          { headers: { 'idempotency-key': 'once' } },
        ),
    ],
    createCap: ['cap.created', () => post('/v1/caps', { window: 'day', amount: { units: '1' } })],
    changeCap: [
      'cap.changed',
      async () =>
        plane.send('PATCH', `/v1/caps/${await cap()}`, { body: { amount: { units: '2' } } }),
    ],
    stopSpending: ['spending.stopped', () => post('/v1/stops', { reason: 'a bug' })],
    resumeSpending: [
      'spending.resumed',
      async () => {
        const scope = { kind: 'key', id: await key() }
        const made = await plane.json(201, 'POST', '/v1/stops', { body: { scope, reason: 'r' } })
        return post(`/v1/stops/${idOf(made, 'stop')}/resume`)
      },
    ],
    giveMandate: ['mandate.given', giveMandate],
    revokeMandate: [
      'mandate.revoked',
      async () => {
        const given = (await (await giveMandate()).json()) as JsonObject
        return post(`/v1/mandates/${idOf(given, 'mandate')}/revoke`)
      },
    ],
    saveBillingProfile: ['billing_profile.saved', saveProfile],
    finalizeInvoice: ['invoice.finalized', finalize],
    creditInvoice: [
      'invoice.credited',
      async () => {
        const { id } = (await (await finalize()).json()) as { id: string }
        return post(`/v1/invoices/${id}/credit-notes`, { reason: 'wrong address' })
      },
    ],
    createRefund: [
      'refund.given',
      async () => {
        const { id } = await paidCall()
        const headers = { 'idempotency-key': `refund-${id}` }
        return post(`/v1/usage/${id}/refunds`, { reason: 'wrong answer' }, { headers })
      },
    ],
    openDispute: ['dispute.opened', async () => (await dispute()).answer],
    closeDispute: [
      'dispute.withdrawn',
      async () => {
        const { answer, key } = await dispute()
        const { id } = (await answer.json()) as { id: string }
        const body = { outcome: 'withdrawn' }
        return plane.send('POST', `/v1/disputes/${id}/close`, { key, body })
      },
    ],
    distributeRevenue: [
      'revenue.distributed',
      async () => post(`/v1/servers/${await server()}/distributions`, { month: '2026-10' }),
    ],
    publishShares: [
      'shares.published',
      async () =>
        plane.send('PUT', `/v1/servers/${await server()}/shares`, { body: { parties: [] } }),
    ],
    savePayee: ['payee.saved', savePayee],
    approvePayee: ['payee.approved', approvePayee],
    holdPayee: [
      'payee.held',
      async () => {
        await payee()
        return hold('a dispute')
      },
    ],
    requestPayout: ['payout.requested', () => requestPayout('1')],
    approvePayout: [
      'payout.approved',
      async () => post(`/v1/payouts/${await payout('2000')}/approve`),
    ],
    cancelPayout: ['payout.cancelled', async () => post(`/v1/payouts/${await payout('1')}/cancel`)],
    reportPayout: [
      'payout.paid',
      async () => {
        const id = await payout('1')
        await plane.runJob('payments.carry_payouts')
        return post(`/v1/payouts/${id}/report`, { kind: 'paid', reference: 'x' })
      },
    ],
    createReconciliation: ['ledger.reconciled', () => post('/v1/reconciliations')],
    rotateSigningKey: ['signing_key.made', () => post('/v1/signing-keys')],
    revokeSigningKey: [
      'signing_key.revoked',
      async () => {
        const key = await plane.json(201, 'POST', '/v1/signing-keys')
        return post(`/v1/signing-keys/${String(key['kid'])}/revoke`)
      },
    ],
    putQuoteSource: ['quote_source.set', source],
    deleteQuoteSource: [
      'quote_source.removed',
      async () => {
        await source()
        return plane.send('DELETE', '/v1/quote-sources/by-hand')
      },
    ],
    createQuote: [
      'quote.made',
      async () => {
        await source()
        return post('/v1/quotes', { usd: '1', asset: 'usdc' })
      },
    ],
    registerAsset: ['asset.registered', () => post('/v1/assets', newAsset())],
    setAssetListing: [
      'asset.delisted',
      async () => {
        const asset = newAsset()
        await post('/v1/assets', asset)
        const path = `/v1/assets/${String(asset['code'])}/listing`
        return plane.send('PUT', path, { body: { listed: false } })
      },
    ],
    removeCap: ['cap.removed', async () => plane.send('DELETE', `/v1/caps/${await cap()}`)],
    declareIncarnationLost: [
      'gateway_incarnation.declared_lost',
      async () => {
        const [slot] = plane.secrets.gateways
        const incarnationId = createIds(systemClock).make('inc')
        await plane.json(200, 'POST', '/internal/incarnations', {
          key: slot?.secret ?? '',
          body: { incarnationId, gateway: slot?.name, journals: [] },
        })
        return post(`/v1/gateway-incarnations/${incarnationId}/declare-lost`)
      },
    ],
    raiseLedgerEpoch: [
      'ledger.epoch_raised',
      () => post('/v1/ledger-epochs', { reason: 'restored from a backup' }),
    ],
  }

const changing = ROUTES.filter(({ method }) => method !== 'get').map(({ operationId }) =>
  String(operationId),
)

test('every public route that changes something is tried here', () => {
  expect([...Object.keys(CHANGES), ...LEAVES_NO_ENTRY].toSorted()).toEqual(changing.toSorted())
})

test.each(Object.entries(CHANGES))('%s leaves an entry in the audit trail', async (_, change) => {
  const [action, make] = change
  const answer = await make()
  expect(answer.status).toBeLessThan(300)
  const { rows } = await plane.database.query<{ action: string }>({
    text: 'select action from audit.entries order by at desc, id desc limit 1',
  })
  expect(rows).toEqual([{ action }])
})

test('an account that was connected at an authorization server leaves one, in its member’s organization', async () => {
  await connect(await guarded())
  const { rows } = await plane.database.query<{ action: string; is_own: boolean }>({
    text: `select action, organization_id = (select id from identity.organizations where name = 'Acme')
             as is_own from audit.entries order by at desc, id desc limit 1`,
  })
  expect(rows).toEqual([{ action: 'connection.made', is_own: true }])
})

const CHANGED = 'staple battery horse correct'

test.each([
  ['sign-in/email', 'session.started', { email: EMAIL, password: PASSWORD }],
  ['revoke-other-sessions', 'session.revoked', {}],
  ['revoke-session', 'session.revoked', { token: 'of-nobody' }],
  [
    'change-password',
    'member.password_changed',
    { currentPassword: PASSWORD, newPassword: CHANGED, revokeOtherSessions: true },
  ],
  ['sign-out', 'session.ended', {}],
])('/api/auth/%s leaves one too, of the member', async (path, action, body) => {
  const answer = await post(`/api/auth/${path}`, body, await signedIn())
  expect(answer.status).toBeLessThan(300)
  const { rows } = await plane.database.query({
    text: `select action, actor like 'mbr\\_%' and actor = target as is_member from audit.entries
           order by at desc, id desc limit 1`,
  })
  expect(rows).toEqual([{ action, is_member: true }])
})

test('a sign-in that is refused at /api/auth leaves none', async () => {
  const count = async () =>
    (await plane.database.query({ text: 'select 1 from audit.entries' })).rows.length
  const before = await count()
  const body = { email: EMAIL, password: 'wrong horse battery' }
  expect((await post('/api/auth/sign-in/email', body, ownPage)).status).toBe(401)
  expect(await count()).toBe(before)
})

const ownPage = { key: null, headers: { origin: TEST_URL } }

function post(path: string, body?: JsonObject, request: object = {}): Promise<Response> {
  return plane.send('POST', path, { ...request, ...(body === undefined ? {} : { body }) })
}

async function redeem(): Promise<Response> {
  const link = await plane.json(201, 'POST', '/v1/sign-in-links', { body: { email: EMAIL } })
  const token = new URL(String(link['url'])).searchParams.get('token')
  return post('/v1/session/link', { token, password: PASSWORD }, ownPage)
}

/** A request of the member in a browser; the session lasts until it is ended. */
async function signedIn(): Promise<object> {
  const answer = await redeem()
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  return { key: null, headers: { cookie, origin: TEST_URL } }
}

async function key(): Promise<string> {
  const body = { name: 'k', permissions: ['servers:read'] }
  return idOf(await plane.json(201, 'POST', '/v1/keys', { body }), 'key')
}

async function group(kind: 'project' | 'agent'): Promise<string> {
  const made = await plane.json(201, 'POST', '/v1/key-groups', { body: { kind, name: 'g' } })
  return String(made['id'])
}

function newServer(): JsonObject {
  made += 1
  return {
    alias: `server-${made}`,
    transport: { kind: 'http', url: 'http://127.0.0.1:9/mcp' },
    visibility: 'everyone',
  }
}

async function server(wish: JsonObject = {}): Promise<string> {
  const body = { ...newServer(), ...wish }
  return idOf(await plane.json(201, 'POST', '/v1/servers', { body }), 'server')
}

/** A server of another organization that wants an account. */
function guarded(): Promise<string> {
  return server({ transport: { kind: 'http', url: upstream.url } })
}

async function connect(id: string): Promise<void> {
  const request = await signedIn()
  const path = `/v1/servers/${id}/connection`
  const started = await plane.json(201, 'POST', path, { ...request, body: {} })
  const callback = `${TEST_URL}/v1/oauth/callback`
  const address = await browse(String(started['authorizationUrl']), callback)
  const answer = await plane.send('GET', address.slice(TEST_URL.length), request)
  expect(answer.headers.get('location')).toContain('outcome=connected')
}

async function giveMandate(): Promise<Response> {
  const principal = { kind: 'key', id: await key() }
  const limit = { units: '1' }
  return post('/v1/mandates', { name: 'm', principal, limit, expiresInSeconds: 60 })
}

async function savePayee(): Promise<Response> {
  const destination = { kind: 'iban', holder: 'Ada', iban: 'DE89370400440532013000' }
  const body = { rail: 'bank', destination }
  return plane.send('PUT', '/v1/payee', { ...(await signedIn()), body })
}

async function approvePayee(): Promise<Response> {
  const { version } = (await (await savePayee()).json()) as { version: number }
  return post(`/v1/payees/${organizationId}/approve`, { version })
}

/** A payee that nothing stops. */
async function payee(): Promise<void> {
  await approvePayee()
  await hold(null)
}

function hold(reason: string | null): Promise<Response> {
  return plane.send('PUT', `/v1/payees/${organizationId}/hold`, { body: { reason } })
}

/** Requests a payout as the member, of earnings that were posted around the calls that bring them. */
async function requestPayout(units: string): Promise<Response> {
  await payee()
  made += 1
  const publisherId = parseId('org', organizationId) ?? expect.unreachable()
  const [debit, credit] = [accountNames.platform('top_ups'), accountNames.payable(publisherId)]
  const ledger = createLedger({ store: createPostgresLedgerStore(plane.database) })
  await plane.database.transactions.run(async (tx) => {
    await ledger.openAccounts(tx, [debit, credit])
    const id = createIds(systemClock).make('txn')
    await ledger.post(tx, [{ id, debit, credit, amount: parseUnits(units, USD) }])
  })
  const member = (await signedIn()) as { headers: Record<string, string> }
  const headers = { ...member.headers, 'idempotency-key': `payout-${made}` }
  return post('/v1/payouts', { amount: { units } }, { ...member, headers })
}

async function payout(units: string): Promise<string> {
  const { id } = (await (await requestPayout(units)).json()) as { id: string }
  return id
}

async function saveProfile(): Promise<Response> {
  const address = { line1: 'a', city: 'b', postcode: '1', country: 'DE' }
  const body = { name: 'Acme', address, email: EMAIL }
  return plane.send('PUT', '/v1/billing-profile', { body })
}

/** Writes the invoice of a call that the operator's own organization made. */
async function finalize(): Promise<Response> {
  await saveProfile()
  const me = await plane.json(200, 'GET', '/v1/me')
  const payer = parseId('org', idOf(me, 'organization')) ?? expect.unreachable()
  const ids = createIds(systemClock)
  await plane.database.transactions.run((tx) =>
    postgresUsageTotals.add(tx, [
      {
        payerId: payer,
        publisherId: ids.make('org'),
        serverId: ids.make('srv'),
        tool: 'echo',
        priceId: ids.make('prc'),
        month: '2026-01' as Month,
        shareId: null,
        asset: USD.id,
        feeBps: 250,
        calls: 1n,
        posted: 10n ** 18n,
        refunded: 0n,
      },
    ]),
  )
  return post('/v1/invoices', { organizationId: payer, side: 'payer', month: '2026-01' })
}

/** A rate that an operator sets, so that a quote can be made of it. */
function source(): Promise<Response> {
  const body = {
    asset: { id: 'usdc', scale: 6, stablecoin: true },
    rank: 0,
    heartbeatSeconds: 3_600,
    rate: { kind: 'manual', usd: '1' },
  }
  return plane.send('PUT', '/v1/quote-sources/by-hand', { body })
}

/** A call that another organization paid for, at a server of the operator’s. */
async function paidCall(): Promise<PaidCall & { readonly payer: Party }> {
  const payer = await plane.foundOrganization(`Payer ${(made += 1)}`)
  const me = await plane.json(200, 'GET', '/v1/me')
  const publisher = { id: idOf(me, 'organization'), key: plane.operatorKey }
  return { ...(await postPaidCall(plane, payer, publisher)), payer }
}

async function dispute(): Promise<{ readonly answer: Response; readonly key: string }> {
  const { id, payer } = await paidCall()
  const { key } = payer
  const body = { reason: 'wrong answer' }
  return { answer: await plane.send('POST', `/v1/usage/${id}/disputes`, { key, body }), key }
}

function newAsset(): JsonObject {
  made += 1
  const address = made.toString(16).padStart(40, '0')
  return { id: `eip155:1/erc20:0x${address}`, code: `T${made}`, scale: 6 }
}

async function cap(): Promise<string> {
  const body = { window: 'hour', amount: { units: '1' } }
  return idOf(await plane.json(201, 'POST', '/v1/caps', { body }), 'cap')
}

function idOf(document: JsonObject, name: string): string {
  return String((document[name] as JsonObject)['id'])
}
