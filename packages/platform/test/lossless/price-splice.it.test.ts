import { META_PRICE, META_RECEIPT } from '@mcp-orchestra/api/mcp-meta'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillRawText, ID_MARK } from '../../src/fixture-server/raw-script.ts'
import { startRawServer, type RawServer } from '../../src/fixture-server/raw-server.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'
import {
  MODERN_META,
  modernHeaders,
  openLegacySession,
  postRaw,
  type HeadersFor,
} from '../wire/raw-client.ts'
import { plainCall } from './plain-call.ts'

/** One thousandth of a dollar, in atto-USD. */
const PRICE = '1000000000000000'
/** What is added to a tool, and to a result: one member each, in front. */
const PRICE_MEMBER = /"_meta":\{"io\.mcp-orchestra\/price":\{[^{}]*\}\},/
const RECEIPT_MEMBER = /"_meta":\{"io\.mcp-orchestra\/receipt":\{[^{}]*\{[^{}]*\}\}\},/

describe.each(['legacy', 'modern'] as const)('prices, %s', (era) => {
  const done = era === 'modern' ? '"resultType":"complete","ttlMs":0,"cacheScope":"private",' : ''
  const list =
    `{ "jsonrpc" : "2.0", "id":${ID_MARK}, "result" : {${done}"tools" : [ {"x-new":1e400,` +
    `"name":"free","inputSchema":{"type":"object"}},\t{"name":"pa\\u0069d", "com.example/x":-0,` +
    `"inputSchema" : {"type":"object","$comment":"\\/"}} ],"com.example/y":[1.0]}}`
  const result =
    `{"jsonrpc":"2.0","id":${ID_MARK},"result":{${era === 'modern' ? '"resultType":"complete",' : ''}` +
    `"content":[ {"type":"text","text":"\\u0041"} ],"com.example/z":1E+2}}`
  let server: RawServer
  let relay: TestRelay
  let headersFor: HeadersFor

  beforeAll(async () => {
    server = await startRawServer({
      era,
      script: {
        'tools/list': { kind: 'json', text: list },
        paid: { kind: 'json', text: result },
        free: { kind: 'json', text: result },
      },
    })
    relay = await startTestRelay({
      raw: {
        era,
        transport: { kind: 'http', url: server.url, headers: {} },
        prices: { paid: PRICE },
      },
    })
    headersFor =
      era === 'legacy' ? await openLegacySession(relay.transparent('raw')) : modernHeaders
  })
  afterAll(async () => {
    await relay.close()
    await server.close()
  })

  it('the price of the priced tool is the only thing added to a list', async () => {
    const meta = era === 'modern' ? `,"params":{"_meta":{${MODERN_META}}}` : ''
    const answer = await postRaw(
      relay.transparent('raw'),
      `{"jsonrpc":"2.0","id":5,"method":"tools/list"${meta}}`,
      headersFor('tools/list', undefined),
    )
    const [text = ''] = answer.messages
    expect(text.replace(PRICE_MEMBER, '')).toBe(list.replace(ID_MARK, '5'))
    const listed = JSON.parse(text) as { result: { tools: { name: string; _meta?: unknown }[] } }
    expect(listed.result.tools.map((tool) => [tool.name, tool._meta])).toMatchObject([
      ['free', undefined],
      ['paid', { [META_PRICE]: { amount: PRICE } }],
    ])
  })

  it('the receipt is the only thing added to the result of a paid call', async () => {
    const call = plainCall(era, 'paid', { id: '6', token: '1' })
    const answer = await postRaw(
      relay.transparent('raw'),
      call.text,
      headersFor('tools/call', 'paid'),
    )
    const [text = ''] = answer.messages
    expect(text.replace(RECEIPT_MEMBER, '')).toBe(fillRawText(result, call))
    expect(JSON.parse(text)).toMatchObject({
      result: { _meta: { [META_RECEIPT]: { charged: { amount: PRICE } } } },
    })
  })

  it('nothing is added to the result of a free call', async () => {
    const call = plainCall(era, 'free', { id: '6', token: '1' })
    const answer = await postRaw(
      relay.transparent('raw'),
      call.text,
      headersFor('tools/call', 'free'),
    )
    expect(answer.messages).toEqual([fillRawText(result, call)])
  })

  it("our own keys of a request stay with us, a stranger's go on", async () => {
    const meta = era === 'modern' ? `${MODERN_META},` : ''
    const before = server.arrivals.length
    await postRaw(
      relay.transparent('raw'),
      `{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"paid","_meta":{${meta}` +
        `"io.mcp-orchestra/idempotencyKey":"once","com.example/keep":-0,` +
        `"io.mcp-orchestra/maxCharge":{"amount":"${PRICE}","asset":"USD"}}}}`,
      headersFor('tools/call', 'paid'),
    )
    const arrived = server.arrivals.slice(before).map(({ call }) => call.text)
    expect(arrived).toHaveLength(1)
    expect(arrived[0]).not.toContain('io.mcp-orchestra')
    expect(arrived[0]).toContain('"com.example/keep":-0')
  })
})
