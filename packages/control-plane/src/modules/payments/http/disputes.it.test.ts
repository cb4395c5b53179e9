import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'
import { postPaidCall, type Party } from '../testing/paid-call.ts'

let plane: TestControlPlane
let payer: Party
let publisher: Party

beforeAll(async () => {
  plane = await startTestControlPlane()
  payer = await plane.foundOrganization('Payer')
  publisher = await plane.foundOrganization('Publisher')
}, 60_000)
afterAll(() => plane.stop())

const open = (status: number, id: string, more: JsonObject = {}, key = payer.key) =>
  plane.json(status, 'POST', `/v1/usage/${id}/disputes`, {
    key,
    body: { reason: 'wrong answer', ...more },
  })
const close = (status: number, id: unknown, body: JsonObject, key: string) =>
  plane.json(status, 'POST', `/v1/disputes/${String(id)}/close`, { key, body })

test('a dispute is opened by the payer, seen by both sides, and accepted by the publisher', async () => {
  const call = await postPaidCall(plane, payer, publisher)
  const dispute = await open(201, call.id)
  expect(dispute).toMatchObject({
    eventId: call.id,
    state: 'open',
    amount: { display: '0.001 USD' },
    held: { display: '0.000975 USD' },
    refundId: null,
    closedAt: null,
  })
  const path = `/v1/disputes/${String(dispute['id'])}`
  for (const key of [payer.key, publisher.key, plane.operatorKey]) {
    expect(await plane.json(200, 'GET', path, { key })).toEqual(dispute)
  }
  const listed = await plane.json(200, 'GET', '/v1/disputes?state=open', { key: publisher.key })
  expect(listed).toEqual({ items: [dispute], nextCursor: null })
  const closed = await close(
    200,
    dispute['id'],
    { outcome: 'accepted', answer: 'our mistake' },
    publisher.key,
  )
  expect(closed).toMatchObject({ state: 'accepted', answer: 'our mistake' })
  const refund = `/v1/refunds/${String(closed['refundId'])}`
  expect(await plane.json(200, 'GET', refund, { key: payer.key })).toMatchObject({
    eventId: call.id,
    amount: { display: '0.001 USD' },
  })
  expect(await close(409, dispute['id'], { outcome: 'withdrawn' }, payer.key)).toMatchObject({
    code: 'payments.dispute_closed',
  })
})

test('what cannot be disputed, and whoever may not, is refused with its code', async () => {
  const call = await postPaidCall(plane, payer, publisher)
  expect(await open(403, call.id, {}, publisher.key)).toMatchObject({
    code: 'payments.dispute_not_yours',
  })
  const much = { amount: { units: '0.0011', asset: 'USD' } }
  expect(await open(422, call.id, much)).toMatchObject({ code: 'payments.refund_exceeds_charge' })
  await open(400, call.id, { reason: '' })
  const stranger = await plane.foundOrganization('Stranger')
  await open(404, call.id, {}, stranger.key)
  const dispute = await open(201, call.id)
  expect(await open(409, call.id)).toMatchObject({
    code: 'payments.dispute_exists',
    dispute: dispute['id'],
  })
  const path = `/v1/disputes/${String(dispute['id'])}`
  expect(await plane.json(404, 'GET', path, { key: stranger.key })).toMatchObject({
    code: 'payments.dispute_not_found',
  })
  expect(await close(403, dispute['id'], { outcome: 'rejected' }, publisher.key)).toMatchObject({
    code: 'payments.dispute_not_yours',
  })
  await close(400, dispute['id'], { outcome: 'open' }, publisher.key)
  const rejected = { outcome: 'rejected', answer: 'the call did what it says' }
  expect(await close(200, dispute['id'], rejected, plane.operatorKey)).toMatchObject({
    state: 'rejected',
    refundId: null,
  })
})
