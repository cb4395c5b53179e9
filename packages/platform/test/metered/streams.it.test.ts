import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestPlatform, type Payer, type TestPlatform } from '../stage/test-platform.ts'
import { MODERN_META, modernHeaders, openLegacySession, postRaw } from '../wire/raw-client.ts'
import { readSseEvents } from '../wire/sse-events.ts'
import { startTokenServer, type TokenWish } from './token-server.ts'

/** Ten millionths of a dollar a token written, at most a tenth of a dollar a call: ten thousand tokens. In atto-USD. */
const PER_OUTPUT = 10_000_000_000_000n
const MOST = 10_000
const MOST_USD = '0.1'
/** Journals are shipped and posted in batches; a killed gateway comes back first. Milliseconds. */
const POSTED_WITHIN_MS = 90_000

const ERAS = ['legacy', 'modern'] as const
type Era = (typeof ERAS)[number]
const servers = new Map<string, Awaited<ReturnType<typeof startTokenServer>>>()
let stage: TestPlatform
let payer: Payer
let payers = 0

beforeAll(async () => {
  for (const era of ERAS) servers.set(era, await startTokenServer(era))
  const at = (era: Era) =>
    ({
      era,
      transport: { kind: 'http', url: servers.get(era)?.url ?? '', headers: {} },
    }) as const
  stage = await startTestPlatform({ legacy: at('legacy'), modern: at('modern') })
  for (const era of ERAS)
    await stage.operator.prices.set(era, '*', { perOutputToken: '0.00001', maximum: MOST_USD })
})
afterAll(async () => {
  await stage.close()
  for (const server of servers.values()) await server.close()
})
beforeEach(async () => {
  payers += 1
  payer = await stage.foundPayer(`payer-${payers}`)
})

const written = (output: number) => ({ usage: { input: 0, output } })
const costOf = (output: number) => (BigInt(output) * PER_OUTPUT).toString()

async function requestOf(alias: string, wish: TokenWish, era: Era) {
  const target = stage.transparent(alias, payer)
  const headersFor = era === 'modern' ? modernHeaders : await openLegacySession(target)
  const own = JSON.parse(era === 'modern' ? `{${MODERN_META}}` : '{}') as object
  const params = { name: 'ask', arguments: wish, _meta: { ...own, progressToken: 'p' } }
  const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  return { target, text, headers: headersFor('tools/call', 'ask') }
}

/** Streams `ask` to its end: what was shown of its progress, and the last message. */
async function stream(alias: string, wish: TokenWish, era: Era = 'modern') {
  const { target, text, headers } = await requestOf(alias, wish, era)
  const { messages } = await postRaw(target, text, headers)
  const read = messages.map((message) => JSON.parse(message) as Record<string, unknown>)
  return { shown: read.filter(({ method }) => method !== undefined).length, last: read.at(-1) }
}

/** Streams `ask` until so many chunks are here, and hands over what ends the client's side. */
async function streamUntil(chunks: number, wish: TokenWish): Promise<AbortController> {
  const { target, text, headers } = await requestOf('modern', wish, 'modern')
  const client = new AbortController()
  const response = await fetch(target.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${target.apiKey}`,
      ...headers,
    },
    body: text,
    signal: client.signal,
  })
  if (response.body === null) throw new Error('a stream has a body')
  const all = Promise.withResolvers<void>()
  let seen = 0
  const reading = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, controller) {
        seen += Buffer.from(bytes).toString().split('notifications/progress').length - 1
        if (seen >= chunks) all.resolve()
        controller.enqueue(bytes)
      },
    }),
  )
  // It ends with the client, or with the gateway: that is what the test is about.
  void readSseEvents(reading).catch(() => undefined)
  await all.promise
  return client
}

async function posted(count = 1) {
  const read = () => payer.orchestra.usage.list().all()
  await expect.poll(async () => (await read()).length, { timeout: POSTED_WITHIN_MS }).toBe(count)
  return await read()
}

describe.each(ERAS.flatMap((server) => ERAS.map((client) => ({ client, server }))))(
  'a $client client’s stream from a $server server',
  ({ client, server }) => {
    it('stops at the first chunk that is not paid for, and pays for those before it', async () => {
      const leftBefore = servers.get(server)?.left() ?? 0
      const chunks = [written(4_000), written(MOST), written(MOST + 1)]
      const { shown, last } = await stream(server, { chunks, hold: true }, client)
      expect(shown).toBe(2)
      const delivered = {
        charged: { amount: costOf(MOST), asset: 'USD' },
        units: { input: 0, output: MOST },
      }
      expect(last).toMatchObject({
        id: 1,
        error: { code: 402_004, data: { code: 'charge.limit_reached', delivered } },
      })
      await expect.poll(() => servers.get(server)?.left()).toBe(leftBefore + 1)
      expect(await posted()).toMatchObject([
        { outcome: 'limit_reached', disposition: 'posted', amount: { amount: costOf(MOST) } },
      ])
    })
  },
)

describe('a stream that is metered by its server', () => {
  it.each([
    ['lower', 100, 100],
    ['not raise', 9_000, 4_000],
  ])('has a total at its end that may %s the bill', async (_, total, charged) => {
    const chunks = [written(1_000), written(4_000)]
    await stream('modern', { chunks, ...written(total) })
    expect(await posted()).toMatchObject([
      { outcome: 'complete', amount: { amount: costOf(charged) }, unitsFrom: 'server' },
    ])
  })

  it('pays for what was delivered when its client leaves', async () => {
    const client = await streamUntil(2, {
      chunks: [written(1_000), written(4_000)],
      hold: true,
    })
    client.abort()
    expect(await posted()).toMatchObject([
      { outcome: 'cancelled', disposition: 'posted', amount: { amount: costOf(4_000) } },
    ])
  })

  it('pays for its last checkpoint when its gateway is killed', async () => {
    await streamUntil(2, { chunks: [written(1_000), written(4_000)], hold: true })
    // One journal, one order: once this call is durable, so is what was kept of the stream.
    await stream('modern', written(1))
    const gateway = stage.platform.processes().find(({ name }) => name.startsWith('gateway'))
    process.kill(gateway?.pid ?? 0, 'SIGKILL')
    const events = await posted(2)
    expect(events.map(({ outcome, amount }) => [outcome, amount.amount])).toEqual(
      expect.arrayContaining([
        ['complete', costOf(1)],
        ['cancelled', costOf(4_000)],
      ]),
    )
  })
})

it('the books sum to zero', async () => {
  expect((await stage.operator.ledger.trialBalance()).balanced).toBe(true)
})
