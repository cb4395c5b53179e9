import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'

let plane: TestControlPlane
let publisher: { id: string; key: string }
let serverId: string

beforeAll(async () => {
  plane = await startTestControlPlane()
  publisher = await plane.foundOrganization('Publisher')
  const registered = await plane.json(201, 'POST', '/v1/servers', {
    body: {
      alias: 'priced',
      organizationId: publisher.id,
      transport: { kind: 'http', url: 'http://127.0.0.1:9/mcp' },
      visibility: 'everyone',
    },
  })
  serverId = String((registered['server'] as JsonObject)['id'])
}, 60_000)
afterAll(() => plane.stop())

const path = (tool = 'echo', id = 'priced') => `/v1/servers/${id}/tools/${tool}/price`
const priced = (units: string, more: JsonObject = {}) => ({
  key: publisher.key,
  body: { price: { units, asset: 'USD' }, ...more },
})
const priceOf = (answer: JsonObject) => answer['price'] as JsonObject

describe('setting a price', () => {
  test('publishes an immutable version that gateways get, with what a person reads', async () => {
    const first = priceOf(await plane.json(200, 'PUT', path(), priced('0.002')))
    expect(first).toMatchObject({
      serverId,
      tool: 'echo',
      version: 1,
      feeBps: 250,
      price: { amount: '2000000000000000', asset: 'USD', display: '0.002 USD' },
    })
    const second = await plane.json(200, 'PUT', path(), priced('0.001'))
    expect(second).toMatchObject({ pendingGateways: [], price: { version: 2 } })
    expect(second['snapshotVersion']).toBeGreaterThan(0)
    expect(await plane.snapshotEntity('price', String(priceOf(second)['id']))).toMatchObject({
      serverId,
      tool: 'echo',
      version: 2,
      amount: '1000000000000000',
    })
    const listed = await plane.json(200, 'GET', '/v1/servers/priced/prices?tool=echo')
    expect(listed).toMatchObject({ items: [{ version: 2 }, { version: 1 }], nextCursor: null })
  })

  test('a rise starts when every gateway is sure to know it, and not before', async () => {
    await plane.json(200, 'PUT', path('rising'), priced('1'))
    const now = Date.parse(
      String(priceOf(await plane.json(200, 'PUT', path('rising'), priced('0.5')))['publishedAt']),
    )
    const rise = priceOf(await plane.json(200, 'PUT', path('rising'), priced('2')))
    const waits = Date.parse(String(rise['startsAt'])) - Date.parse(String(rise['publishedAt']))
    expect(waits).toBe(plane.config.maxStaleMs)
    const early = priced('3', { startsAt: new Date(now + 5_000).toISOString() })
    const refused = await plane.json(422, 'PUT', path('rising'), early)
    expect(refused).toMatchObject({ code: 'metering.price_start_too_early' })
    expect(refused['earliestStartsAt']).toBeDefined()
  })

  test('two at once are two versions', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => plane.json(200, 'PUT', path('raced'), priced('0.1'))),
    )
    const versions = answers.map((answer) => priceOf(answer)['version'])
    expect(new Set(versions)).toEqual(new Set([1, 2, 3, 4, 5]))
  })

  test('is the owner’s or the operator’s; to anybody else the server is not there', async () => {
    const stranger = await plane.foundOrganization('Stranger')
    const theirs = { ...priced('1'), key: stranger.key }
    expect(await plane.json(404, 'PUT', path(), theirs)).toMatchObject({
      code: 'hub.server_not_found',
    })
    const operators = { ...priced('0'), key: plane.operatorKey }
    expect(await plane.json(200, 'PUT', path('free'), operators)).toMatchObject({
      price: { price: { display: '0 USD' } },
    })
  })

  test.each([
    [400, { units: '1e3' }],
    [400, { units: '-1' }],
    [400, { units: '0.0000000000000000001' }],
    [400, { units: '1000000000000' }],
    [400, { units: 1 }],
    [422, { units: '1', asset: 'EUR' }],
  ])('answers %i to %j', async (status, price) => {
    await plane.json(status, 'PUT', path(), { key: publisher.key, body: { price } })
  })

  test('needs a credential with prices:write', async () => {
    await plane.json(401, 'PUT', path(), { ...priced('1'), key: null })
    const weak = await plane.json(201, 'POST', '/v1/keys', {
      key: publisher.key,
      body: { name: 'weak', permissions: ['servers:read'] },
    })
    const refused = { ...priced('1'), key: String(weak['secret']) }
    await plane.json(403, 'PUT', path(), refused)
  })
})

describe('listing prices', () => {
  test('goes page by page over all versions, newest first', async () => {
    for (const units of ['5', '4', '3']) await plane.json(200, 'PUT', path('paged'), priced(units))
    const seen: unknown[] = []
    let cursor = ''
    for (let page = 0; page < 3; page += 1) {
      const query = `tool=paged&limit=1${cursor}`
      const answer = await plane.json(200, 'GET', `/v1/servers/${serverId}/prices?${query}`)
      seen.push(...(answer['items'] as JsonObject[]).map(({ version }) => version))
      cursor = `&cursor=${String(answer['nextCursor'])}`
    }
    expect(seen).toEqual([3, 2, 1])
  })

  test('refuses a cursor that it did not give out, and a server that is not there', async () => {
    await plane.json(400, 'GET', `/v1/servers/${serverId}/prices?cursor=abc`)
    await plane.json(404, 'GET', '/v1/servers/nowhere/prices')
  })
})

describe('usage', () => {
  test('is empty before there is any, for the caller and for whom the operator names', async () => {
    const empty = { items: [], nextCursor: null }
    expect(await plane.json(200, 'GET', '/v1/usage', { key: publisher.key })).toEqual(empty)
    expect(await plane.json(200, 'GET', `/v1/usage?organizationId=${publisher.id}`)).toEqual(empty)
  })

  test('of another organization is not there', async () => {
    const other = await plane.foundOrganization('Other')
    expect(
      await plane.json(404, 'GET', `/v1/usage?organizationId=${other.id}`, { key: publisher.key }),
    ).toMatchObject({ code: 'metering.organization_not_found' })
    expect(await plane.json(404, 'GET', '/v1/usage/evt_unknown')).toMatchObject({
      code: 'metering.usage_event_not_found',
    })
  })
})
