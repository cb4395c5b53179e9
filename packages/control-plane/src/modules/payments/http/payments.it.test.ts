import { createIds, systemClock } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'
import { createTestJournal } from '../testing/journal.ts'

const ids = createIds(systemClock)
const SLOT = 'gateway-1'
let plane: TestControlPlane
let payer: { id: string; key: string }

beforeAll(async () => {
  plane = await startTestControlPlane()
  payer = await plane.foundOrganization('Payer')
}, 60_000)
afterAll(() => plane.stop())

const usd = (units: string) => ({ units, asset: 'USD' })
const topUp = (units: string, key: string, organizationId = payer.id) => ({
  headers: { 'idempotency-key': key },
  body: { organizationId, amount: usd(units) },
})
const asPayer = (body?: JsonObject) => ({ key: payer.key, ...(body === undefined ? {} : { body }) })

/** Sends as the gateway of a slot would. */
async function link(status: number, path: string, body: unknown, slot = SLOT): Promise<JsonObject> {
  const secret = plane.secrets.gateways.find(({ name }) => name === slot)?.secret
  return plane.json(status, 'POST', path, { key: secret ?? '', body })
}
async function startGateway() {
  const journal = createTestJournal(ids.make('inc'))
  const { incarnationId } = journal
  await link(200, '/internal/incarnations', { incarnationId, gateway: SLOT, journals: [] })
  return journal
}
/** Opens the live stream; the function that it answers with waits for the first call and leaves. */
async function watch(key: string): Promise<() => Promise<unknown>> {
  const { body } = await plane.send('GET', '/v1/usage/live', { key })
  const reader = (body ?? expect.unreachable()).pipeThrough(new TextDecoderStream()).getReader()
  await reader.read()
  return async () => {
    let text = ''
    while (!text.endsWith('\n\n')) text += (await reader.read()).value ?? expect.unreachable()
    await reader.cancel()
    return JSON.parse(/^event: usage\nid: .+\ndata: (.+)$/m.exec(text)?.[1] ?? 'null') as unknown
  }
}
const leaseRequest = (incarnationId: string, more: JsonObject = {}) => ({
  requestId: ids.make('req'),
  incarnationId,
  payerId: payer.id,
  capIds: [],
  asset: 'USD',
  needed: '1000',
  wanted: '1000',
  ...more,
})

describe('a top-up', () => {
  test('is on the balance, once for each key', async () => {
    const first = await plane.json(201, 'POST', '/v1/top-ups', topUp('5', 'once'))
    expect(first).toMatchObject({ organizationId: payer.id, amount: { display: '5 USD' } })
    expect(await plane.json(201, 'POST', '/v1/top-ups', topUp('5', 'once'))).toEqual(first)
    const balance = await plane.json(200, 'GET', '/v1/balance', asPayer())
    expect(balance).toMatchObject({
      organizationId: payer.id,
      available: { amount: '5000000000000000000', asset: 'USD', display: '5 USD' },
      leased: { amount: '0' },
      accrued: { amount: '0' },
      payable: { amount: '0' },
    })
    const whose = `/v1/balance?organizationId=${payer.id}`
    expect(await plane.json(200, 'GET', whose)).toEqual(balance)
  })

  test('under a key that was used for another one is refused', async () => {
    await plane.json(201, 'POST', '/v1/top-ups', topUp('1', 'reused'))
    expect(await plane.json(409, 'POST', '/v1/top-ups', topUp('2', 'reused'))).toMatchObject({
      code: 'payments.idempotency_key_reused',
    })
  })

  test('to nobody, of nothing, in another asset or without a key is refused', async () => {
    const nobody = topUp('1', 'nobody', ids.make('org'))
    expect(await plane.json(404, 'POST', '/v1/top-ups', nobody)).toMatchObject({
      code: 'payments.organization_not_found',
    })
    expect(await plane.json(422, 'POST', '/v1/top-ups', topUp('0', 'zero'))).toMatchObject({
      code: 'payments.amount_zero',
    })
    const euros = { organizationId: payer.id, amount: { units: '1', asset: 'EUR' } }
    const inEuros = { headers: { 'idempotency-key': 'euros' }, body: euros }
    expect(await plane.json(422, 'POST', '/v1/top-ups', inEuros)).toMatchObject({
      code: 'payments.asset_unsupported',
    })
    const keyless = { body: topUp('1', '').body }
    await plane.json(400, 'POST', '/v1/top-ups', keyless)
  })

  test('is the operator’s alone', async () => {
    await plane.json(403, 'POST', '/v1/top-ups', { ...topUp('1', 'mine'), key: payer.key })
    await plane.json(401, 'POST', '/v1/top-ups', { ...topUp('1', 'mine'), key: null })
  })
})

describe('a balance', () => {
  test('of another organization is not there', async () => {
    const other = await plane.foundOrganization('Other')
    const path = `/v1/balance?organizationId=${other.id}`
    expect(await plane.json(404, 'GET', path, asPayer())).toMatchObject({
      code: 'payments.organization_not_found',
    })
  })
})

describe('caps', () => {
  test('are made, changed, listed and removed, and gateways get each', async () => {
    const made = await plane.json(
      201,
      'POST',
      '/v1/caps',
      asPayer({ window: 'day', amount: usd('3') }),
    )
    const cap = made['cap'] as JsonObject
    const id = String(cap['id'])
    expect(cap).toMatchObject({
      scope: { kind: 'organization', id: payer.id },
      window: 'day',
      amount: { display: '3 USD' },
      used: { display: '0 USD' },
    })
    expect(made).toMatchObject({ pendingGateways: [] })
    expect(await plane.snapshotEntity('cap', id)).toMatchObject({ amount: '3000000000000000000' })
    const changed = await plane.json(200, 'PATCH', `/v1/caps/${id}`, asPayer({ amount: usd('2') }))
    expect(changed).toMatchObject({ cap: { id, amount: { display: '2 USD' } } })
    expect(await plane.snapshotEntity('cap', id)).toMatchObject({ amount: '2000000000000000000' })
    expect(await plane.json(200, 'GET', '/v1/caps', asPayer())).toMatchObject({
      items: [{ id }],
      nextCursor: null,
    })
    await plane.json(200, 'DELETE', `/v1/caps/${id}`, asPayer())
    expect(await plane.json(200, 'GET', '/v1/caps', asPayer())).toMatchObject({ items: [] })
    expect(await plane.snapshotEntity('cap', id)).toBeUndefined()
    await plane.json(404, 'DELETE', `/v1/caps/${id}`, asPayer())
  })

  test('bind a key of the organization, and no other', async () => {
    const { keyId } = await plane.json(200, 'GET', '/v1/me', asPayer())
    const made = await plane.json(
      201,
      'POST',
      '/v1/caps',
      asPayer({ window: 'total', amount: usd('1'), keyId }),
    )
    const { id, scope } = made['cap'] as { id: string; scope: JsonObject }
    expect(scope).toEqual({ kind: 'key', id: keyId })
    await plane.json(200, 'DELETE', `/v1/caps/${id}`, asPayer())
    const me = await plane.json(200, 'GET', '/v1/me')
    const foreign = asPayer({ window: 'total', amount: usd('1'), keyId: me['keyId'] })
    expect(await plane.json(422, 'POST', '/v1/caps', foreign)).toMatchObject({
      code: 'payments.cap_scope_unknown',
    })
  })

  test('of another organization are not there', async () => {
    const other = await plane.foundOrganization('Capped')
    const wish = { key: other.key, body: { window: 'day', amount: usd('1') } }
    const { cap } = await plane.json(201, 'POST', '/v1/caps', wish)
    const path = `/v1/caps/${String((cap as JsonObject)['id'])}`
    await plane.json(404, 'PATCH', path, asPayer({ amount: usd('9') }))
    await plane.json(404, 'DELETE', path, asPayer())
    await plane.json(400, 'PATCH', path, asPayer({ amount: '9' }))
    const odd = asPayer({ window: 'fortnight', amount: usd('1') })
    await plane.json(400, 'POST', '/v1/caps', odd)
  })

  test('of one scope are eight at the most: a lease is taken from each', async () => {
    const other = await plane.foundOrganization('Many caps')
    const wish = { key: other.key, body: { window: 'day', amount: usd('1') } }
    for (let count = 0; count < 8; count += 1) await plane.json(201, 'POST', '/v1/caps', wish)
    expect(await plane.json(409, 'POST', '/v1/caps', wish)).toMatchObject({
      code: 'payments.cap_limit_reached',
    })
  })
})

describe('the gateway link', () => {
  test('registers, leases, takes usage, and people see the lease', async () => {
    await plane.json(201, 'POST', '/v1/top-ups', topUp('1', 'link'))
    const journal = await startGateway()
    const { incarnationId } = journal
    const granted = await link(200, '/internal/leases', leaseRequest(incarnationId))
    expect(granted).toMatchObject({ kind: 'granted', lease: { granted: '1000' } })
    const { leaseId } = granted['lease'] as { leaseId: string }
    const leases = await plane.json(200, 'GET', '/v1/leases', asPayer())
    expect(leases).toMatchObject({
      items: [{ id: leaseId, gateway: SLOT, incarnationId, granted: { amount: '1000' } }],
    })
    journal.write({ kind: 'lease_close', leaseId })
    const applied = await link(200, '/internal/usage', journal.batch())
    expect(applied).toMatchObject({ applied: true, cursor: { seq: 1, state: 'open' } })
    expect(await plane.json(200, 'GET', '/v1/leases', asPayer())).toMatchObject({ items: [] })
  })

  test('a paid call is on the usage of payer and publisher, with its transfer, and nobody else’s', async () => {
    const publisher = await plane.foundOrganization('Publisher')
    const { server } = await plane.json(201, 'POST', '/v1/servers', {
      body: {
        alias: 'paid',
        organizationId: publisher.id,
        transport: { kind: 'http', url: 'http://127.0.0.1:9/mcp' },
        visibility: 'everyone',
      },
    })
    const serverId = String((server as JsonObject)['id'])
    const priced = await plane.json(200, 'PUT', '/v1/servers/paid/tools/echo/price', {
      key: publisher.key,
      body: { price: usd('0.001') },
    })
    const price = priced['price'] as JsonObject & { price: { amount: string } }
    const { keyId } = await plane.json(200, 'GET', '/v1/me', asPayer())
    const journal = await startGateway()
    const wanted = { needed: price.price.amount, wanted: price.price.amount }
    const granted = await link(200, '/internal/leases', leaseRequest(journal.incarnationId, wanted))
    const id = ids.make('evt')
    journal.write({
      kind: 'usage',
      id,
      atMs: systemClock.now(),
      leaseId: String((granted['lease'] as JsonObject)['leaseId']),
      payerId: payer.id,
      keyId: String(keyId),
      memberId: null,
      serverId,
      publisherId: publisher.id,
      method: 'tools/call',
      tool: 'echo',
      priceId: String(price['id']),
      feeBps: 250,
      asset: 'USD',
      reserved: price.price.amount,
      amount: price.price.amount,
      outcome: 'complete',
      purchaseId: null,
      attempt: 1,
      snapshotVersion: 1,
      durationMs: 1.5,
      requestBytes: 2,
      resultBytes: 3,
    })
    const watched = await watch(payer.key)
    expect(await link(200, '/internal/usage', journal.batch())).toMatchObject({ applied: true })
    const event = await plane.json(200, 'GET', `/v1/usage/${id}`, asPayer())
    expect(event).toMatchObject({
      id,
      payerId: payer.id,
      publisherId: publisher.id,
      disposition: 'posted',
      amount: { display: '0.001 USD' },
      incarnationId: journal.incarnationId,
      seq: 1,
    })
    expect(await plane.json(200, 'GET', `/v1/usage?serverId=${serverId}`, asPayer())).toEqual({
      items: [event],
      nextCursor: null,
    })
    const sold = await plane.json(200, 'GET', '/v1/usage?side=publisher', { key: publisher.key })
    expect(sold).toEqual({ items: [event], nextCursor: null })
    expect(await watched()).toEqual(event)
    const earned = await plane.json(200, 'GET', '/v1/balance', { key: publisher.key })
    expect(earned).toMatchObject({ accrued: { display: '0.000975 USD' } })
    const stranger = await plane.foundOrganization('Stranger')
    await plane.json(404, 'GET', `/v1/usage/${id}`, { key: stranger.key })
    expect(await plane.json(200, 'GET', `/v1/usage/${id}`)).toEqual(event)
  })

  test('speaks to gateways only, and only about their own processes', async () => {
    const { incarnationId } = await startGateway()
    await plane.json(401, 'POST', '/internal/leases', { body: leaseRequest(incarnationId) })
    const elsewhere = { incarnationId: ids.make('inc'), gateway: 'gateway-7', journals: [] }
    await link(403, '/internal/incarnations', elsewhere)
    await link(409, '/internal/leases', leaseRequest(ids.make('inc')))
    await link(400, '/internal/leases', leaseRequest(incarnationId, { needed: 'much' }))
    await link(400, '/internal/leases', leaseRequest(incarnationId, { payerId: 'org_x' }))
    await link(400, '/internal/incarnations', { incarnationId: 'x', gateway: SLOT, journals: [] })
    await link(400, '/internal/usage', { incarnationId, records: [] })
  })

  test('a broken chain is refused with 409 and is a case', async () => {
    const journal = await startGateway()
    journal.write('{}')
    const [record] = journal.records
    const broken = { ...record, hash: '0'.repeat(64) }
    const { incarnationId } = journal
    expect(await link(409, '/internal/usage', { incarnationId, records: [broken] })).toMatchObject({
      code: 'payments.journal_broken',
    })
    const all = await plane.json(200, 'GET', '/v1/cases?state=open')
    expect(all['items']).toMatchObject([{ kind: 'journal_broken', subject: incarnationId }])
    expect(await plane.json(200, 'GET', '/v1/cases', asPayer())).toMatchObject({ items: [] })
  })
})

describe('operating', () => {
  test('declares a journal lost, once, and gives its leases back', async () => {
    const { incarnationId } = await startGateway()
    await link(200, '/internal/leases', leaseRequest(incarnationId))
    const path = `/v1/gateway-incarnations/${incarnationId}/declare-lost`
    await plane.json(403, 'POST', path, asPayer())
    expect(await plane.json(200, 'POST', path)).toMatchObject({
      leasesClosed: 1,
      returned: { amount: '1000' },
    })
    await link(409, '/internal/leases', leaseRequest(incarnationId))
    await plane.json(404, 'POST', '/v1/gateway-incarnations/inc_unknown/declare-lost')
    const ended = await startGateway()
    ended.write({ kind: 'incarnation_end' })
    await link(200, '/internal/usage', ended.batch())
    await plane.json(409, 'POST', `/v1/gateway-incarnations/${ended.incarnationId}/declare-lost`)
  })

  test('raises the epoch: nothing is granted until every gateway has reported', async () => {
    const { incarnationId } = await startGateway()
    const reason = 'restored from a backup'
    await plane.json(403, 'POST', '/v1/ledger-epochs', asPayer({ reason }))
    await plane.json(400, 'POST', '/v1/ledger-epochs', { body: { reason: '' } })
    const raised = await plane.json(201, 'POST', '/v1/ledger-epochs', { body: { reason } })
    expect(raised).toEqual({ epoch: 2, frozen: true, reason })
    expect(await link(200, '/internal/leases', leaseRequest(incarnationId))).toEqual({
      kind: 'frozen',
      reason,
    })
    expect(await plane.json(200, 'GET', '/v1/status')).toMatchObject({ epoch: 2 })
  })
})
