import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'

const DAY_MS = 86_400_000

let plane: TestControlPlane
let publisher: { id: string; key: string }

beforeAll(async () => {
  plane = await startTestControlPlane()
  publisher = await plane.foundOrganization('Publisher')
  for (const [alias, visibility] of [
    ['public', 'everyone'],
    ['private', 'organization'],
  ] as const) {
    await plane.json(201, 'POST', '/v1/servers', {
      body: {
        alias,
        organizationId: publisher.id,
        transport: { kind: 'http', url: 'http://127.0.0.1:9/mcp' },
        visibility,
      },
    })
  }
}, 60_000)
afterAll(() => plane.stop())

const perToken = (amount: string, meter = 'output_token') => ({
  meter,
  price: { form: 'unit', rate: { amount, per: '1' } },
})
const usd = (units: string) => ({ units, asset: 'USD' })
const metered = (more: JsonObject = {}) => ({
  components: [perToken('15000000000000')],
  maximum: usd('0.05'),
  ...more,
})

async function set(status: number, tool: string, body: JsonObject, server = 'public') {
  const path = `/v1/servers/${server}/tools/${encodeURIComponent(tool)}/price`
  return plane.json(status, 'PUT', path, { key: publisher.key, body })
}
const priceIn = (answer: JsonObject) => answer['price'] as JsonObject
const waitOf = ({ startsAt, publishedAt }: JsonObject) =>
  Date.parse(String(startsAt)) - Date.parse(String(publishedAt))

describe('a metered price', () => {
  test('is published with what it meters, and gateways get it', async () => {
    const wish = metered({ tokenizer: 'o200k_base' })
    const answer = await set(200, 'ask', { price: usd('0.001'), metered: wish })
    expect(priceIn(answer)).toMatchObject({
      tool: 'ask',
      price: { display: '0.001 USD' },
      metered: {
        components: [perToken('15000000000000')],
        maximum: { display: '0.05 USD' },
        tokenizer: 'o200k_base',
      },
    })
    expect(await plane.snapshotEntity('price', String(priceIn(answer)['id']))).toMatchObject({
      amount: '1000000000000000',
      metered: {
        components: [perToken('15000000000000')],
        maximum: '50000000000000000',
        tokenizer: 'o200k_base',
      },
    })
    const listed = await plane.json(200, 'GET', '/v1/servers/public/prices?tool=ask')
    expect(listed).toMatchObject({ items: [{ metered: { maximum: { display: '0.05 USD' } } }] })
  })

  test('needs no price per call, and a plain price says that nothing is metered', async () => {
    const answer = await set(200, 'unpriced', { metered: metered() })
    expect(priceIn(answer)).toMatchObject({
      price: { display: '0 USD' },
      metered: { tokenizer: null },
    })
    expect(priceIn(await set(200, 'plain', { price: usd('1') }))).toMatchObject({ metered: null })
  })

  test.each([
    ['a maximum of nothing', metered({ maximum: usd('0') })],
    [
      'volume tiers',
      metered({
        components: [
          { meter: 'input_token', price: { form: 'volume', tiers: [{ rate: { amount: '1' } }] } },
        ],
      }),
    ],
    [
      'a part of no value',
      metered({
        components: [{ meter: 'request', price: { form: 'percentage', rate: { amount: '1' } } }],
      }),
    ],
    ['two prices of a request', metered({ components: [perToken('1', 'request')] })],
    [
      'a tokenizer without tokens',
      metered({
        components: [{ meter: 'request', price: { form: 'flat', amount: '1' } }],
        tokenizer: 'o200k_base',
      }),
    ],
    ['less at the most than for each call', metered({ maximum: usd('0.0001') })],
  ])('is refused for want of sense: %s', async (name, wish) => {
    const price =
      name.startsWith('a part') || name.startsWith('a tokenizer') ? {} : { price: usd('0.001') }
    expect(await set(422, 'senseless', { ...price, metered: wish })).toMatchObject({
      code: 'metering.price_unsellable',
    })
  })

  test.each([
    ['no end', { metered: { components: [perToken('1')] } }],
    ['nothing metered', { metered: metered({ components: [] }) }],
    ['one meter twice', { metered: metered({ components: [perToken('1'), perToken('2')] }) }],
    [
      'a number',
      {
        metered: metered({
          components: [{ meter: 'input_token', price: { form: 'unit', rate: { amount: 1 } } }],
        }),
      },
    ],
    ['a negative rate', { metered: metered({ components: [perToken('-1')] }) }],
    [
      'a meter of nobody',
      { metered: metered({ components: [perToken('1', 'storage_gb_month')] }) },
    ],
    ['a tokenizer of nobody', { metered: metered({ tokenizer: 'words' }) }],
    ['nothing at all', {}],
  ])('is refused as malformed: %s', async (_, body) => {
    await set(400, 'malformed', body)
  })

  test('in another currency is refused', async () => {
    const wish = metered({ maximum: { units: '1', asset: 'EUR' } })
    expect(await set(422, 'foreign', { metered: wish })).toMatchObject({
      code: 'metering.asset_unsupported',
    })
  })
})

describe('a rise', () => {
  test('of a price in force at a server for everyone starts after fourteen days', async () => {
    await set(200, 'rising', { price: usd('1') })
    expect(waitOf(priceIn(await set(200, 'rising', { price: usd('2') })))).toBe(14 * DAY_MS)
    const startsAt = new Date(Date.now() + 13 * DAY_MS).toISOString()
    expect(await set(422, 'rising', { price: usd('3'), startsAt })).toMatchObject({
      code: 'metering.price_start_too_early',
    })
    expect(waitOf(priceIn(await set(200, 'rising', { price: usd('0.5') })))).toBe(0)
  })

  test('at a server of one organization waits only until every gateway knows it', async () => {
    await set(200, 'rising', { price: usd('1') }, 'private')
    const rise = priceIn(await set(200, 'rising', { price: usd('2') }, 'private'))
    expect(waitOf(rise)).toBe(plane.config.maxStaleMs)
  })

  test('from tokens to calls is one, since nothing compares them', async () => {
    await set(200, 'changed', { metered: metered() })
    const perCall = priceIn(await set(200, 'changed', { price: usd('0.000001') }))
    expect(waitOf(perCall)).toBe(14 * DAY_MS)
  })

  test('of a rate is one, and so is a higher maximum', async () => {
    const wish = (rate: string, units: string) => ({
      metered: metered({ components: [perToken(rate)], maximum: usd(units) }),
    })
    await set(200, 'metered', wish('10', '0.1'))
    for (const dearer of [wish('11', '0.1'), wish('10', '0.11')]) {
      expect(waitOf(priceIn(await set(200, 'metered', dearer)))).toBe(14 * DAY_MS)
    }
    for (const cheaper of [wish('9', '0.1'), wish('9', '0.09')]) {
      expect(waitOf(priceIn(await set(200, 'metered', cheaper)))).toBe(0)
    }
  })

  test('is measured against the server’s default where the tool had no price; no two versions share a number', async () => {
    const fallback = priceIn(await set(200, '*', { price: usd('0.3') }))
    expect(fallback).toMatchObject({ tool: '*' })
    const own = priceIn(await set(200, 'under-default', { price: usd('0.4') }))
    expect(waitOf(own)).toBe(14 * DAY_MS)
    expect(own['version']).toBeGreaterThan(Number(fallback['version']))
    expect(waitOf(priceIn(await set(200, 'under-default', { price: usd('0.2') })))).toBe(0)
    const later = priceIn(await set(200, '*', { price: usd('0.1') }))
    expect(later['version']).toBeGreaterThan(Number(own['version']))
  })
})
