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
let author: Party
let serverId: string

beforeAll(async () => {
  plane = await startTestControlPlane()
  payer = await plane.foundOrganization('Payer')
  publisher = await plane.foundOrganization('Publisher')
  author = await plane.foundOrganization('Author')
  serverId = (await postPaidCall(plane, payer, publisher)).serverId
}, 60_000)
afterAll(() => plane.stop())

const publish = (status: number, body: JsonObject, key = publisher.key, server = serverId) =>
  plane.json(status, 'PUT', `/v1/servers/${server}/shares`, { key, body })
const tenPercent = () => ({ role: 'template_author', organizationId: author.id, bps: 1_000 })

test('shares are published in versions, and saying the same again publishes none', async () => {
  const first = await publish(200, { parties: [tenPercent()] })
  expect(first).toMatchObject({ serverId, version: 1, publisherId: publisher.id })
  expect(await publish(200, { parties: [tenPercent()] })).toEqual(first)
  const startsAt = '2126-01-01T00:00:00.000Z'
  const second = await publish(200, { parties: [], startsAt })
  expect(second).toMatchObject({ version: 2, startsAt, parties: [] })
  for (const key of [publisher.key, plane.operatorKey]) {
    const path = `/v1/servers/${serverId}/shares`
    expect(await plane.json(200, 'GET', path, { key })).toEqual({ items: [second, first] })
  }
})

test('what cannot be shared is refused with its code', async () => {
  const many = [
    { role: 'affiliate', organizationId: payer.id, bps: 5_000 },
    { role: 'co_publisher', organizationId: author.id, bps: 5_001 },
  ]
  expect(await publish(422, { parties: many })).toMatchObject({ code: 'payments.shares_invalid' })
  const twice = { parties: [tenPercent(), { ...tenPercent(), role: 'affiliate' }] }
  expect(await publish(422, twice)).toMatchObject({ code: 'payments.shares_invalid' })
  for (const organizationId of [publisher.id, ids.make('org'), 'nobody']) {
    const unknown = { parties: [{ ...tenPercent(), organizationId }] }
    expect(await publish(422, unknown)).toMatchObject({ code: 'payments.share_party_unknown' })
  }
  const early = { parties: [tenPercent()], startsAt: '2026-01-01T00:00:00Z' }
  expect(await publish(422, early)).toMatchObject({ code: 'payments.shares_start_too_early' })
  await publish(400, { parties: [{ ...tenPercent(), bps: 0 }] })
  await publish(400, { parties: [{ ...tenPercent(), bps: 1.5 }] })
})

test('earnings are distributed at a word, and the parts of a month sum to it', async () => {
  const month = new Date(systemClock.now()).toISOString().slice(0, 7)
  const path = `/v1/servers/${serverId}/distributions`
  const done = await plane.json(200, 'POST', path, { key: publisher.key, body: { month } })
  expect(done).toMatchObject({
    serverId,
    month,
    gross: { display: '0.001 USD' },
    refunded: { amount: '0' },
    fee: { display: '0.000025 USD' },
  })
  const [first] = done['parts'] as { role: string; amount: { display: string } }[]
  expect(first).toMatchObject({ role: 'publisher', amount: { display: '0.000975 USD' } })
  const balance = await plane.json(200, 'GET', '/v1/balance', { key: publisher.key })
  expect(balance).toMatchObject({ accrued: { amount: '0' }, payable: { display: '0.000975 USD' } })
  await plane.json(400, 'POST', path, { key: publisher.key, body: { month: '2026-13' } })
  await plane.json(404, 'POST', path, { key: author.key, body: { month } })
})

test('a server of somebody else is not there', async () => {
  const gone = { code: 'payments.server_not_found' }
  expect(await publish(404, { parties: [] }, author.key)).toMatchObject(gone)
  expect(await publish(404, { parties: [] }, publisher.key, ids.make('srv'))).toMatchObject(gone)
  const path = `/v1/servers/${serverId}/shares`
  expect(await plane.json(404, 'GET', path, { key: author.key })).toMatchObject(gone)
})
