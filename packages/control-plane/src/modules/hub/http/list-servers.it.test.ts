import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'

let plane: TestControlPlane
let owner: { id: string; key: string }
beforeAll(async () => {
  plane = await startTestControlPlane()
  owner = await plane.foundOrganization('Owner')
})
afterAll(() => plane.stop())

async function register(alias: string): Promise<string> {
  const transport = { kind: 'http', url: 'https://mcp.example.com/mcp' }
  const body = { alias, transport, visibility: 'everyone' }
  const made = await plane.json(201, 'POST', '/v1/servers', { key: owner.key, body })
  return String((made['server'] as JsonObject)['id'])
}

async function report(slot: number, view: JsonObject): Promise<void> {
  const answer = await plane.send('POST', '/internal/health', {
    key: plane.secrets.gateways[slot]?.secret ?? '',
    body: {
      incarnationId: 'inc_01kp0000000000000000000000',
      servers: [
        {
          probeId: null,
          state: 'healthy',
          era: 'legacy',
          revision: '2025-11-25',
          reason: null,
          latencyMsP50: null,
          latencyMsP99: null,
          tools: null,
          observedAtMs: 1_700_000_000_000,
          ...view,
        },
      ],
    },
  })
  expect(answer.status).toBe(204)
}

async function summaryOf(id: string, key = owner.key): Promise<JsonObject> {
  const { items } = await plane.json(200, 'GET', '/v1/servers?limit=200', { key })
  const found = (items as { id: string; summary: JsonObject }[]).find((item) => item.id === id)
  return found?.summary ?? {}
}

test('a server that nobody has looked at says so', async () => {
  expect(await summaryOf(await register('unseen'))).toEqual({
    health: 'unknown',
    reason: null,
    latencyMsP50: null,
    latencyMsP99: null,
    toolCount: 0,
    pricedToolCount: 0,
    priceFrom: null,
    priceTo: null,
  })
})

test('one page tells of each server its state, its latency, its tools and the prices in force', async () => {
  const id = await register('priced')
  const stranger = await plane.foundOrganization('Stranger')
  const tools = ['a', 'b', 'c'].map((name) => ({ name, definitionHash: name }))
  await report(0, { serverId: id, tools, latencyMsP50: 2, latencyMsP99: 9 })
  for (const [tool, units] of [
    ['a', '0.005'],
    ['a', '0.002'],
    ['b', '0.01'],
    // A rise waits until every gateway is sure to know it.
    ['b', '0.5'],
  ] as const) {
    const path = `/v1/servers/${id}/tools/${tool}/price`
    await plane.json(200, 'PUT', path, { key: owner.key, body: { price: { units } } })
  }
  const expected = {
    health: 'healthy',
    latencyMsP50: 2,
    latencyMsP99: 9,
    toolCount: 3,
    pricedToolCount: 2,
    priceFrom: { amount: '0', asset: 'USD', display: '0 USD' },
    priceTo: { amount: '10000000000000000', asset: 'USD', display: '0.01 USD' },
  }
  expect(await summaryOf(id)).toMatchObject(expected)
  expect(await summaryOf(id, stranger.key)).toMatchObject(expected)
  await report(0, { serverId: id, tools: tools.slice(0, 2), observedAtMs: 1_700_000_001_000 })
  expect(await summaryOf(id)).toMatchObject({
    toolCount: 2,
    latencyMsP50: null,
    priceFrom: { display: '0.002 USD' },
  })
})
