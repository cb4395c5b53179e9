import { createIds, parseId, systemClock, USD, type Id } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'
import { postgresUsageTotals } from '../adapters/postgres-usage-totals.ts'
import type { Month, UsageTotal } from '../usage-total.ts'

const ids = createIds(systemClock)
const TOOLS = ['echo', 'a tool', 'Zoom'] as const
const MONTHS = ['2026-08', '2026-09', '2026-10'] as const

let plane: TestControlPlane
let payer: { id: string; key: string }
let publisher: { id: string; key: string }
let stranger: { id: string; key: string }
let serverId: Id<'srv'>
const written: UsageTotal[] = []

beforeAll(async () => {
  plane = await startTestControlPlane()
  payer = await plane.foundOrganization('Payer')
  publisher = await plane.foundOrganization('Publisher')
  stranger = await plane.foundOrganization('Stranger')
  const registered = await plane.json(201, 'POST', '/v1/servers', {
    body: {
      alias: 'summed',
      organizationId: publisher.id,
      transport: { kind: 'http', url: 'http://127.0.0.1:9/mcp' },
      visibility: 'everyone',
    },
  })
  const id = String((registered['server'] as JsonObject)['id'])
  serverId = parseId('srv', id) ?? expect.unreachable()
  // Two price versions and two payers of each tool and month: a sum is over all of them.
  for (const [place, month] of MONTHS.entries()) {
    for (const tool of TOOLS) {
      for (const payerId of [payer.id, stranger.id]) {
        for (const priceId of [ids.make('prc'), ids.make('prc')]) {
          written.push({
            payerId: parseId('org', payerId) ?? expect.unreachable(),
            publisherId: parseId('org', publisher.id) ?? expect.unreachable(),
            serverId,
            tool,
            priceId,
            month: month as Month,
            asset: USD.id,
            feeBps: 250,
            calls: BigInt(place + 1),
            posted: 10n ** 30n + BigInt(written.length),
            shareId: null,
            refunded: 0n,
          })
        }
      }
    }
  }
  await plane.database.transactions.run((tx) => postgresUsageTotals.add(tx, written))
}, 60_000)
afterAll(() => plane.stop())

/** All pages of a list, two items each. */
async function all(query: string, key: string): Promise<JsonObject[]> {
  const items: JsonObject[] = []
  for (let cursor = ''; ;) {
    const path = `/v1/usage-sums?limit=2${query}${cursor}`
    const page = await plane.json(200, 'GET', path, { key })
    items.push(...(page['items'] as JsonObject[]))
    const next = page['nextCursor']
    if (typeof next !== 'string') return items
    cursor = `&cursor=${encodeURIComponent(next)}`
  }
}

const amountOf = (item: JsonObject) => BigInt(String((item['amount'] as JsonObject)['amount']))
const total = (items: readonly JsonObject[]) =>
  items.reduce((sum, item) => sum + amountOf(item), 0n)
const posted = (of: readonly UsageTotal[]) => of.reduce((sum, one) => sum + one.posted, 0n)

test.each(['payer', 'publisher'] as const)(
  'the sums of a %s are what was posted, to the last unit, page by page, each once',
  async (side) => {
    const key = side === 'payer' ? payer.key : publisher.key
    const mine = side === 'payer' ? written.filter((one) => one.payerId === payer.id) : written
    const items = await all(`&side=${side}`, key)
    expect(items).toHaveLength(MONTHS.length * TOOLS.length)
    expect(total(items)).toBe(posted(mine))
    const places = items.map((item) => `${String(item['month'])} ${String(item['tool'])}`)
    expect(new Set(places).size).toBe(places.length)
    expect(items.map(({ month }) => month)).toEqual(
      MONTHS.toReversed().flatMap((month) => TOOLS.map(() => month)),
    )
  },
)

test('are narrowed by months, server and tool', async () => {
  const items = await all('&from=2026-09&to=2026-09&serverId=summed&tool=a%20tool', payer.key)
  expect(items).toMatchObject([{ month: '2026-09', serverId, tool: 'a tool', calls: '4' }])
})

test('are shown to operators for the organization they name, and to nobody else', async () => {
  const path = `/v1/usage-sums?organizationId=${payer.id}`
  expect((await plane.json(200, 'GET', path))['items']).toHaveLength(9)
  const refused = await plane.json(404, 'GET', path, { key: stranger.key })
  expect(refused['code']).toBe('metering.organization_not_found')
  const empty = await plane.json(200, 'GET', '/v1/usage-sums?side=publisher', { key: payer.key })
  expect(empty).toEqual({ items: [], nextCursor: null })
})

test.each([
  'cursor=2026-10',
  'cursor=2026-10%20srv_x%20USD%20echo',
  'from=2026-13',
  'side=any',
  'limit=0',
])('refuse %s', async (query) => {
  await plane.json(400, 'GET', `/v1/usage-sums?${query}`, { key: payer.key })
})
