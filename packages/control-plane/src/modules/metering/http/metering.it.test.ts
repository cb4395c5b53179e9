import {
  createIds,
  fromRfc3339,
  parseId,
  systemClock,
  type Id,
  type IdPrefix,
} from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'
import { postgresUsageStore } from '../adapters/postgres-usage-store.ts'
import { sampleEvent } from '../testing/sample-event.ts'

const ids = createIds(systemClock)

let plane: TestControlPlane
let publisher: { id: string; key: string }
let serverId: string

beforeAll(async () => {
  plane = await startTestControlPlane({ env: { ORCHESTRA_PRICE_RISE_NOTICE_DAYS: '0' } })
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
function idOf<P extends IdPrefix>(prefix: P, text: string): Id<P> {
  const id = parseId(prefix, text)
  if (id === undefined) throw new Error(`no ${prefix} id: ${text}`)
  return id
}
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

describe('the prices of now', () => {
  const current = async (tool?: string) => {
    const query = tool === undefined ? 'current=true' : `current=true&tool=${tool}`
    const { items } = await plane.json(200, 'GET', `/v1/servers/${serverId}/prices?${query}`)
    return (items as JsonObject[]).map(({ tool: named, version }) => [named, version])
  }
  const inMs = (ms: number) => ({ startsAt: new Date(Date.now() + ms).toISOString() })

  test('are per tool the version in force and the next one, and no other', async () => {
    await plane.json(200, 'PUT', path('now'), priced('3'))
    await plane.json(200, 'PUT', path('now'), priced('2'))
    expect(await current('now')).toEqual([['now', 2]])
    await plane.json(200, 'PUT', path('now'), priced('5', inMs(200_000)))
    expect(await current('now')).toEqual([
      ['now', 3],
      ['now', 2],
    ])
    // Version 4 starts before version 3 and outranks it: 3 will never be in force.
    await plane.json(200, 'PUT', path('now'), priced('4', inMs(100_000)))
    expect(await current('now')).toEqual([
      ['now', 4],
      ['now', 2],
    ])
    await plane.json(200, 'PUT', path('now-too'), priced('1'))
    const all = await current()
    expect(all).toContainEqual(['now-too', 1])
    expect(new Set(all.map(String)).size).toBe(all.length)
  })

  test('are only announced ones as long as the first has not started', async () => {
    await plane.json(200, 'PUT', path('soon'), priced('1', inMs(50_000)))
    expect(await current('soon')).toEqual([['soon', 1]])
  })

  test('are all versions again without the filter, and it takes true or false only', async () => {
    const all = await plane.json(
      200,
      'GET',
      `/v1/servers/${serverId}/prices?tool=now&current=false`,
    )
    expect((all['items'] as JsonObject[]).length).toBe(4)
    await plane.json(400, 'GET', `/v1/servers/${serverId}/prices?current=yes`)
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

  test('is narrowed by side, server, tool, outcome and time, page by page', async () => {
    const payer = await plane.foundOrganization('Filtered')
    const payerId = idOf('org', payer.id)
    const own = { payerId, publisherId: payerId, serverId: idOf('srv', serverId), seq: 3 }
    const at = (text: string) => fromRfc3339(text)
    const stranger = idOf('org', publisher.id)
    // In the order of time, as ids are: within one millisecond they are not.
    const inOrder = Array.from({ length: 4 }, () => ids.make('evt')).toSorted()
    const events = [
      sampleEvent({ payerId, seq: 1, tool: 'first', at: at('2026-01-01T00:00:00.000Z') }),
      sampleEvent({ payerId, seq: 2, outcome: 'timeout', at: at('2026-01-02T00:00:00.000Z') }),
      sampleEvent({ ...own, at: at('2026-01-03T00:00:00.000Z') }),
      sampleEvent({ payerId: stranger, publisherId: payerId, seq: 4 }),
    ].map((event, index) => ({ ...event, id: inOrder[index] ?? event.id }))
    await plane.database.transactions.run((tx) => postgresUsageStore.add(tx, events))
    const seen = async (query: string) => {
      const answer = await plane.json(200, 'GET', `/v1/usage?${query}`, { key: payer.key })
      return (answer['items'] as JsonObject[]).map(({ seq }) => seq)
    }
    expect(await seen('')).toEqual([3, 2, 1])
    expect(await seen('side=publisher')).toEqual([4, 3])
    expect(await seen('side=any')).toEqual([4, 3, 2, 1])
    expect(await seen('side=any&limit=2')).toEqual([4, 3])
    expect(await seen(`side=any&limit=2&cursor=${events[2]?.id}`)).toEqual([2, 1])
    expect(await seen('serverId=priced')).toEqual([3])
    expect(await seen('tool=first')).toEqual([1])
    expect(await seen('outcome=timeout')).toEqual([2])
    expect(await seen('outcome=timeout&tool=first')).toEqual([])
    expect(await seen('from=2026-01-02T00:00:00Z')).toEqual([3, 2])
    expect(await seen('to=2026-01-02T00:00:00Z')).toEqual([1])
    expect(await seen('from=2026-01-02T01:00:00%2B01:00&to=2026-01-03T00:00:00Z')).toEqual([2])
  })

  test.each(['outcome=fine', 'from=yesterday', 'to=2026-01-01', 'side=both', 'tool='])(
    'refuses a filter that it does not know: %s',
    async (query) => {
      await plane.json(400, 'GET', `/v1/usage?${query}`)
    },
  )
})
