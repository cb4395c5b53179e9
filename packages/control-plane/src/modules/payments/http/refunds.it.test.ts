import { createIds, systemClock } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'
import { postPaidCall, type Party } from '../testing/paid-call.ts'

const ids = createIds(systemClock)
let plane: TestControlPlane
let payer: Party
let publisher: Party

beforeAll(async () => {
  plane = await startTestControlPlane()
  payer = await plane.foundOrganization('Payer')
  publisher = await plane.foundOrganization('Publisher')
}, 60_000)
afterAll(() => plane.stop())

const request = (idempotencyKey: string, body: JsonObject = {}, key = publisher.key) => ({
  key,
  headers: { 'idempotency-key': idempotencyKey },
  body: { reason: 'wrong answer', ...body },
})
const refund = (status: number, id: string, ...args: Parameters<typeof request>) =>
  plane.json(status, 'POST', `/v1/usage/${id}/refunds`, request(...args))

test('a refund is on the payer’s balance, once for each key, and both sides see it', async () => {
  const call = await postPaidCall(plane, payer, publisher)
  const before = await plane.json(200, 'GET', '/v1/balance', { key: payer.key })
  const half = { amount: { units: '0.0004', asset: 'USD' } }
  const done = await refund(201, call.id, 'once', half)
  expect(done).toMatchObject({
    eventId: call.id,
    payerId: payer.id,
    publisherId: publisher.id,
    serverId: call.serverId,
    amount: { display: '0.0004 USD' },
    fee: { display: '0.00001 USD' },
    owed: { amount: '0' },
    reason: 'wrong answer',
    givenBy: publisher.id,
  })
  expect(done).not.toHaveProperty('idempotencyKey')
  expect(await refund(201, call.id, 'once', half)).toEqual(done)
  const units = (document: JsonObject) =>
    BigInt((document['available'] as { amount: string }).amount)
  const after = await plane.json(200, 'GET', '/v1/balance', { key: payer.key })
  expect(units(after) - units(before)).toBe(4n * 10n ** 14n)
  const path = `/v1/refunds/${String(done['id'])}`
  for (const key of [payer.key, publisher.key, plane.operatorKey]) {
    expect(await plane.json(200, 'GET', path, { key })).toEqual(done)
  }
  const list = (key: string, query: string) =>
    plane.json(200, 'GET', `/v1/refunds${query}`, { key })
  const page = { items: [done], nextCursor: null }
  expect(await list(payer.key, '?side=payer')).toEqual(page)
  expect(await list(publisher.key, `?side=publisher&eventId=${call.id}`)).toEqual(page)
  expect(await list(payer.key, '?side=publisher')).toMatchObject({ items: [] })
})

test('pages go on where the page before ended', async () => {
  const call = await postPaidCall(plane, payer, publisher)
  const one = { amount: { units: '0.0001', asset: 'USD' } }
  const made: JsonObject[] = []
  for (const key of ['p1', 'p2', 'p3']) made.push(await refund(201, call.id, key, one))
  const query = `/v1/refunds?eventId=${call.id}&limit=2`
  const first = await plane.json(200, 'GET', query, { key: payer.key })
  const next = `${query}&cursor=${String(first['nextCursor'])}`
  const second = await plane.json(200, 'GET', next, { key: payer.key })
  expect([...(first['items'] as []), ...(second['items'] as [])]).toEqual(made.toReversed())
  await plane.json(400, 'GET', '/v1/refunds?cursor=evt_x', { key: payer.key })
})

test('strangers and payers are refused, and learn nothing that is not theirs', async () => {
  const call = await postPaidCall(plane, payer, publisher)
  const stranger = await plane.foundOrganization('Stranger')
  expect(await refund(403, call.id, 'mine', {}, payer.key)).toMatchObject({
    code: 'payments.refund_not_yours',
  })
  expect(await refund(404, call.id, 'theirs', {}, stranger.key)).toMatchObject({
    code: 'metering.usage_event_not_found',
  })
  const done = await refund(201, call.id, 'all')
  const path = `/v1/refunds/${String(done['id'])}`
  expect(await plane.json(404, 'GET', path, { key: stranger.key })).toMatchObject({
    code: 'payments.refund_not_found',
  })
  await plane.json(404, 'GET', `/v1/refunds?organizationId=${payer.id}`, { key: stranger.key })
  expect(await plane.json(200, 'GET', `/v1/refunds?organizationId=${payer.id}`)).toMatchObject({
    items: expect.arrayContaining([done]),
  })
})

test('what cannot be given is refused with its code', async () => {
  const call = await postPaidCall(plane, payer, publisher)
  const much = { amount: { units: '0.0011', asset: 'USD' } }
  expect(await refund(422, call.id, 'much', much)).toMatchObject({
    code: 'payments.refund_exceeds_charge',
    refundable: { amount: '1000000000000000', asset: 'USD' },
  })
  const none = { amount: { units: '0', asset: 'USD' } }
  expect(await refund(422, call.id, 'none', none)).toMatchObject({
    code: 'payments.refund_exceeds_charge',
  })
  const euros = { amount: { units: '0.0001', asset: 'EUR' } }
  expect(await refund(422, call.id, 'euros', euros)).toMatchObject({
    code: 'payments.asset_unsupported',
  })
  await refund(400, call.id, 'blank', { reason: ' ' })
  const keyless = { key: publisher.key, body: { reason: 'wrong answer' } }
  await plane.json(400, 'POST', `/v1/usage/${call.id}/refunds`, keyless)
  await refund(404, ids.make('evt'), 'nothing')
  await refund(201, call.id, 'reused')
  const other = await postPaidCall(plane, payer, publisher, { serverId: call.serverId })
  expect(await refund(409, other.id, 'reused')).toMatchObject({
    code: 'payments.idempotency_key_reused',
  })
})
