import { createOrchestra, OrchestraProblem, type Orchestra } from '@mcp-orchestra/sdk'
import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPlatform, type StartedPlatform } from '../../src/index.ts'

const CLI = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url))

let platform: StartedPlatform
let operator: Orchestra
let payer: Orchestra
let feed: Server
let feedUrl: string
let answer: () => string
beforeAll(async () => {
  platform = await startPlatform({ demo: true })
  const baseUrl = platform.urls.controlPlane
  operator = createOrchestra({ baseUrl, apiKey: platform.apiKey })
  payer = createOrchestra({ baseUrl, apiKey: platform.payer?.apiKey ?? '' })
  feed = createServer((_request, response) => response.end(answer()))
  await new Promise<void>((resolve) => feed.listen(0, '127.0.0.1', resolve))
  feedUrl = `http://127.0.0.1:${(feed.address() as AddressInfo).port}/rate`
}, 120_000)
afterAll(async () => {
  feed.close()
  await platform.stop()
})

function orchestra(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], ORCHESTRA_DATA_DIR: platform.dataDir }
    execFile(process.execPath, [CLI, ...args], { env }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ code, out, err })
    })
  })
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.catch((error: unknown) => (error instanceof OrchestraProblem ? error.code : error))
}

describe('a quote', () => {
  test('is made from an address that answers JSON, and got again as it was signed', async () => {
    answer = () => `{"data":{"price":0.99985,"updatedAt":"${new Date().toISOString()}"}}`
    const set = await orchestra(
      'quote',
      'sources',
      'set',
      'feed',
      '--asset',
      'usdc',
      '--scale',
      '6',
      '--stablecoin',
      '--heartbeat',
      '60',
      '--from',
      feedUrl,
      '--price',
      '/data/price',
      '--updated-at',
      '/data/updatedAt',
    )
    expect(set).toEqual({ code: 0, out: 'feed quotes usdc.\n', err: '' })
    const made = await payer.quotes.create('12.5', 'usdc')
    expect(made.quote).toMatchObject({
      amount: '12501876',
      rate: { numerator: '999850000000', denominator: '1' },
      source: 'feed',
    })
    expect(await payer.quotes.get(made.quote.id)).toEqual(made)
    const { keys } = await payer.receipts.keys()
    expect(keys.map(({ kid }) => kid)).toContain(made.signature.kid)
    const { out } = await orchestra('quote', '12.5', 'usdc')
    expect(out).toContain('12.5 USD are 12501876 of the smallest unit of usdc.')
  })

  test('is refused when its only source is stale, with what is wrong with it', async () => {
    await operator.quotes.putSource('slow', {
      asset: { id: 'slow', scale: 8, stablecoin: false },
      rank: 0,
      heartbeatSeconds: 60,
      rate: { kind: 'http', url: feedUrl, pricePointer: '/p', updatedAtPointer: '/t' },
    })
    answer = () => '{"p":"65000.5","t":1700000000}'
    const refused = await orchestra('quote', '1', 'slow')
    expect(refused).toMatchObject({ code: 7 })
    expect(await codeOf(payer.quotes.create('1', 'slow'))).toBe('payments.quote_unavailable')
  })

  test('of nothing, or of an asset that nobody quotes, is refused', async () => {
    expect(await codeOf(payer.quotes.create('0', 'usdc'))).toBe('payments.quote_amount_zero')
    expect(await codeOf(payer.quotes.create('1', 'shells'))).toBe('payments.quote_asset_unknown')
    expect(await codeOf(payer.quotes.get('quo_nobody'))).toBe('payments.quote_not_found')
  })

  test('by hand is one command, and its source is gone when it is removed', async () => {
    const asset = ['--asset', 'coin', '--scale', '18', '--heartbeat', '60']
    expect(await orchestra('quote', 'sources', 'set', 'by-hand', ...asset)).toMatchObject({
      code: 2,
    })
    const set = await orchestra('quote', 'sources', 'set', 'by-hand', ...asset, '--usd', '2500')
    expect(set.code).toBe(0)
    expect((await payer.quotes.create('1', 'coin')).quote.amount).toBe('400000000000000')
    expect((await orchestra('quote', 'sources')).out).toMatch(/by-hand +coin +0 +60 +2500 USD/)
    expect(await orchestra('quote', 'sources', 'remove', 'by-hand')).toMatchObject({ code: 0 })
    expect(await codeOf(payer.quotes.create('1', 'coin'))).toBe('payments.quote_asset_unknown')
  })

  test('its sources are for operators only', async () => {
    expect(await codeOf(payer.quotes.sources())).toBe('identity.forbidden')
    expect(await codeOf(payer.quotes.removeSource('feed'))).toBe('identity.forbidden')
  })
})
