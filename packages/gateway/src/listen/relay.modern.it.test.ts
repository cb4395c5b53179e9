import { createHash } from 'node:crypto'
import { request } from 'node:http'
import type { ServerResponse } from 'node:http'
import { Problem } from '@mcp-orchestra/kernel'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { CallIntent, ChargeDecision } from '../charge/charge.ts'
import { BENCH_KEYS, benchServer, startRelayBench, type RelayBench } from './testing.ts'
import { jsonHeaders, modernRequest, resultFor } from './testing-messages.ts'
import { startUpstream, until, type TestUpstream } from './testing-upstream.ts'

type Seen = { headers: NodeJS.Dict<string | string[]>; body: string; response: ServerResponse }

let upstream: TestUpstream & { connections(): number }
let bench: RelayBench
let broken: RelayBench
/** What the server got since the test began. */
let seen: Seen[] = []
/** What the server does with a request. */
let answer: (given: Seen) => void
/** What the charge path decides, when a test wants another decision. */
let begin: ((intent: CallIntent) => ChargeDecision | undefined) | undefined

const PRICE = { amount: '5', asset: 'USD' }

beforeAll(async () => {
  upstream = await startUpstream((incoming, response, body) => {
    const given = { headers: incoming.headers, body, response }
    seen.push(given)
    answer(given)
  })
  const transport = { kind: 'http', url: upstream.url, headers: { 'x-secret': 's3cret' } }
  const servers = [
    benchServer('server', transport, { limits: { resultBytesMax: 64 * 1024 * 1024 } }),
    benchServer('small', transport, { limits: { resultBytesMax: 2_048 } }),
    benchServer('quick', transport, { limits: { callTimeoutMs: 200, concurrentCallsMax: 1 } }),
    benchServer('gone', { kind: 'http', url: 'http://127.0.0.1:1/mcp' }),
  ]
  bench = await startRelayBench({ servers, prices: { paid: 5n }, begin: (intent) => begin?.(intent) })
  const settleProblem = new Problem('test.journal', { status: 503, title: 'No journal.', retryable: true, rpcCode: 503001 })
  broken = await startRelayBench({ servers, prices: { paid: 5n }, settleProblem })
})
afterAll(async () => {
  await Promise.all([bench.close(), broken.close()])
  await upstream.stop()
})
beforeEach(() => {
  seen = []
  begin = undefined
  bench.ledger.length = 0
  answer = ({ response, body }) => json(response, resultFor(body, { resultType: 'complete', content: [] }))
})
afterEach(async () => {
  await until(() => bench.relay.load().calls === 0, 'no call stays in flight')
  await until(() => bench.relay.load().sockets === 0, 'no pooled socket stays in use')
  expect(bench.bugs.splice(0)).toEqual([])
})

function json(response: ServerResponse, body: string, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body)
}

function events(response: ServerResponse, ...messages: readonly string[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const message of messages) response.write(`data: ${message}\n\n`)
}

const call = (name: string, more: Parameters<typeof modernRequest>[2] = {}): RequestInit =>
  modernRequest('tools/call', { name, arguments: { a: 1 } }, more)
const post = (init: RequestInit, alias = 'server', at = bench): Promise<Response> => fetch(at.endpoint(alias), init)
const outcomes = (): string[] => bench.ledger.map(({ end }) => end.outcome)

test('a paid call carries what the client said, under an id of ours, and comes back with its own id and a receipt', async () => {
  const response = await post(call('paid', { id: 'my "id"', meta: { progressToken: 'tok', 'x/y': [1, { z: null }] } }))
  expect(response.status).toBe(200)
  const got = (await response.json()) as { id: unknown; result: Record<string, unknown> }
  expect(got.id).toBe('my "id"')
  expect(got.result['_meta']).toEqual({
    'io.mcp-orchestra/receipt': { eventId: bench.ledger[0]?.intent.callId, charged: PRICE },
  })
  const [{ body, headers } = { body: '', headers: {} }] = seen
  const sent = JSON.parse(body) as { id: number; params: { _meta: Record<string, unknown> } }
  expect(sent.id).toBeTypeOf('number')
  expect(sent.params._meta['progressToken']).toBe(sent.id)
  expect(sent.params._meta['x/y']).toEqual([1, { z: null }])
  expect(headers).toMatchObject({ 'mcp-method': 'tools/call', 'mcp-name': 'paid', 'x-secret': 's3cret' })
  expect(headers['authorization']).toBeUndefined()
})

test('all bytes of a request but id, token and our own keys reach the server; all bytes of a result but the id come back', async () => {
  const meta = '"io.modelcontextprotocol/protocolVersion" : "2026-07-28","io.modelcontextprotocol/clientCapabilities":{"x":{ }}'
  const body = (id: string, ours: string): string =>
    `\n{ "params":{"name":"free","arguments":{"n":1.50,"u":"\\u00e9","dup":1,"dup":2},"_meta":{${ours}${meta}}, "future":[ ]},"id":${id} ,"method":"tools/call","jsonrpc":"2.0","x-top":true}`
  const result = (id: string): string =>
    `{"jsonrpc":"2.0", "id": ${id},"result":{"content":[{"type":"hologram","beam":1e400}],"structuredContent":[1,  2],"resultType":"complete","x":"\\ud83d\\ude00"} ,"trace":0.10}`
  answer = (given) => json(given.response, result(String((JSON.parse(given.body) as { id: number }).id)))
  const init = call('free')
  const response = await post({ ...init, body: body('-7', '"io.mcp-orchestra/attempt":2,') })
  expect(await response.text()).toBe(result('-7'))
  const id = String((JSON.parse(seen[0]?.body ?? '{}') as { id: number }).id)
  expect(seen[0]?.body).toBe(body(id, ''))
})

test('events come one by one, progress with the client own token, and the final one only after it was settled', async () => {
  answer = ({ response, body }) => {
    const { id } = JSON.parse(body) as { id: number }
    const progress = (token: unknown): string =>
      JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: token, progress: 1 } })
    events(response, progress(id), progress('of another'), '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}')
    response.end(`data: ${resultFor(body, { resultType: 'complete', content: [] })}\n\n`)
  }
  const response = await post(call('paid', { meta: { progressToken: 'mine' } }))
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  const messages = (await response.text())
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice(6)) as { method?: string; params?: { progressToken?: unknown }; result?: { _meta?: object } })
  expect(messages.map(({ method }) => method)).toEqual(['notifications/progress', 'notifications/message', undefined])
  expect(messages[0]?.params?.progressToken).toBe('mine')
  expect(messages[2]?.result?._meta).toHaveProperty('io.mcp-orchestra/receipt')
})

test('what the revision refuses is refused with its code, before the server and before the charge', async () => {
  const good = call('paid')
  const headers = good.headers as Record<string, string>
  const without = (name: string): RequestInit => ({ ...good, headers: Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name)) })
  const withMeta = (meta: Record<string, unknown>): RequestInit => call('paid', { meta })
  const cases: [RequestInit, number, number][] = [
    [without('mcp-method'), 400, -32020],
    [without('mcp-name'), 400, -32020],
    [without('mcp-protocol-version'), 400, -32020],
    [{ ...good, headers: { ...headers, 'mcp-name': 'other' } }, 400, -32020],
    [{ ...good, headers: { ...headers, 'mcp-name': '=?base64?!!?=' } }, 400, -32020],
    [{ ...good, headers: { ...headers, 'mcp-method': 'tools/list' } }, 400, -32020],
    [{ ...withMeta({ 'io.modelcontextprotocol/protocolVersion': '2031-01-01' }), headers: { ...headers, 'mcp-protocol-version': '2031-01-01' } }, 400, -32022],
    [withMeta({ 'io.modelcontextprotocol/clientCapabilities': undefined }), 400, -32602],
    [withMeta({ 'io.modelcontextprotocol/protocolVersion': undefined }), 400, -32602],
  ]
  for (const [init, status, code] of cases) {
    const response = await post(init)
    const { error } = (await response.json()) as { error: { code: number } }
    expect([response.status, error.code]).toEqual([status, code])
  }
  expect(seen).toEqual([])
  expect(bench.ledger).toEqual([])
})

test('GET and DELETE do not exist in the modern era', async () => {
  for (const method of ['GET', 'DELETE']) {
    const response = await post({ method, headers: { ...jsonHeaders(), 'mcp-protocol-version': '2026-07-28' } })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
  }
})

test('errors of the server keep their status, code and words, and nothing is charged', async () => {
  answer = ({ response, body }) => {
    const { id } = JSON.parse(body) as { id: unknown }
    json(response, JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'no such method', data: { x: 1 } } }), 404)
  }
  const response = await post(call('paid', { id: 9 }))
  expect(response.status).toBe(404)
  expect(await response.json()).toEqual({ jsonrpc: '2.0', id: 9, error: { code: -32601, message: 'no such method', data: { x: 1 } } })
  expect(outcomes()).toEqual(['rpc_error'])
})

test('tool errors and requests for input are told apart from complete results', async () => {
  answer = ({ response, body }) => json(response, resultFor(body, { resultType: 'complete', content: [], isError: true }))
  await post(call('paid'))
  answer = ({ response, body }) => json(response, resultFor(body, { resultType: 'input_required', inputRequests: {}, requestState: 'sealed' }))
  expect(await (await post(call('paid'))).text()).toContain('"requestState":"sealed"')
  expect(outcomes()).toEqual(['tool_error', 'input_required'])
})

test('a large result streams through unchanged but for its id and the receipt, and its last brace waits for the charge', async () => {
  const blob = 'x'.repeat(5 * 1024 * 1024)
  const result = { resultType: 'complete', content: [{ type: 'text', text: blob }] }
  answer = ({ response, body }) => json(response, resultFor(body, result))
  const response = await post(call('paid', { id: 'big' }))
  const got = (await response.json()) as { id: unknown; result: { _meta: unknown } }
  expect(got).toEqual({
    jsonrpc: '2.0',
    id: 'big',
    result: { ...result, _meta: { 'io.mcp-orchestra/receipt': { eventId: bench.ledger[0]?.intent.callId, charged: PRICE } } },
  })
  expect(bench.ledger[0]?.end).toMatchObject({ outcome: 'complete', resultText: undefined })
})

test('when the charge cannot be recorded, the result is not delivered: not as JSON, not as an event, not streamed', async () => {
  const secret = 'the-result'
  answer = ({ response, body }) => json(response, resultFor(body, { content: [secret] }))
  const asJson = await post(call('paid'), 'server', broken)
  expect(asJson.status).toBe(503)
  const text = await asJson.text()
  expect(text).not.toContain(secret)
  expect(JSON.parse(text)).toMatchObject({ error: { code: 503001 } })
  answer = ({ response, body }) => {
    events(response)
    response.end(`data: ${resultFor(body, { content: [secret] })}\n\n`)
  }
  const asEvent = await (await post(call('paid'), 'server', broken)).text()
  expect(asEvent).not.toContain(secret)
  expect(asEvent).toContain('503001')
  answer = ({ response, body }) => json(response, resultFor(body, { content: ['x'.repeat(2_000_000)] }))
  const streamed = await post(call('paid'), 'server', broken)
  await expect(streamed.text()).rejects.toThrow()
})

test('a result over the cap of its server is refused and not charged', async () => {
  answer = ({ response, body }) => json(response, resultFor(body, { content: ['x'.repeat(4_000)] }))
  const response = await post(call('paid'), 'small')
  expect(response.status).toBe(502)
  expect(await response.text()).toContain('upstream.result_too_large')
  answer = ({ response: out, body }) => json(out, resultFor(body, { content: ['x'.repeat(3_000_000)] }))
  await (await post(call('paid'), 'small')).text().catch(() => 'cut')
  expect(outcomes()).toEqual(['result_too_large', 'result_too_large'])
})

test('a server that is away, hangs, breaks off, answers garbage, another request, or asks for credentials: each is named, none is charged', async () => {
  const cases: [string, (given: Seen) => void, number, string][] = [
    ['gone', () => undefined, 502, 'ECONNREFUSED'],
    ['quick', () => undefined, 504, 'no answer within 200 ms'],
    ['server', ({ response }) => void response.socket?.destroy(), 502, 'the connection broke'],
    ['server', ({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '99' })
      response.write('{"jsonrpc"')
      setImmediate(() => response.socket?.destroy())
    }, 502, 'the connection broke'],
    ['server', ({ response }) => json(response, 'not json'), 502, 'not valid JSON'],
    ['server', ({ response }) => json(response, '{"jsonrpc":"2.0","id":4711,"result":{}}'), 502, 'for another request'],
    ['server', ({ response }) => void response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Oops</h1>'), 502, 'Oops'],
    ['server', ({ response }) => json(response, '{}', 401), 502, 'credentials'],
    ['server', ({ response }) => void response.writeHead(302, { location: '/elsewhere' }).end(), 502, 'status 302'],
    ['server', ({ response }) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: nope\n\n'), 200, 'not valid JSON'],
    ['server', ({ response }) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(), 200, 'ended without a result'],
  ]
  for (const [alias, behave, status, words] of cases) {
    answer = behave
    const response = await post(call('paid'), alias)
    expect([words, response.status]).toEqual([words, status])
    expect(await response.text()).toContain(words)
  }
  expect(new Set(outcomes())).toEqual(new Set(['upstream_failed', 'timeout', 'invalid_result']))
})

test('a call over the limit of its server is refused at once', async () => {
  answer = () => undefined
  const first = post(call('paid'), 'quick')
  await until(() => seen.length === 1, 'the first call is at the server')
  const second = await post(call('paid'), 'quick')
  expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1'])
  await (await first).text()
})

test('a client that leaves cancels its call: the server sees the stream close, the charge is released, the socket is free', async () => {
  let closed = 0
  answer = ({ response }) => {
    events(response, '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}')
    response.on('close', () => (closed += 1))
  }
  const rounds = 40
  await Promise.all(
    Array.from({ length: rounds }, async () => {
      const leave = new AbortController()
      const response = await post({ ...call('paid'), signal: leave.signal })
      await response.body?.getReader().read()
      leave.abort()
    }),
  )
  await until(() => closed === rounds, 'every stream at the server is closed')
  await until(() => bench.ledger.length === rounds, 'every call is settled')
  expect(new Set(outcomes())).toEqual(new Set(['cancelled']))
  answer = ({ response, body }) => json(response, resultFor(body, { content: [] }))
  expect((await post(call('paid'))).status).toBe(200)
})

test('a client that does not read slows the server down instead of filling our memory', async () => {
  let written = 0
  const total = 48 * 1024 * 1024
  answer = ({ response, body }) => {
    const { id } = JSON.parse(body) as { id: number }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write(`{"jsonrpc":"2.0","id":${id},"result":{"content":["`)
    const chunk = 'y'.repeat(1024 * 1024)
    const more = (): void => {
      while (written < total) {
        written += chunk.length
        if (!response.write(chunk)) return void response.once('drain', more)
      }
      response.end('"]}}')
    }
    more()
  }
  const { hostname, port } = new URL(bench.url)
  const { body, headers } = call('paid')
  const outgoing = request({ hostname, port, path: '/s/server/mcp', method: 'POST', headers: headers as Record<string, string> })
  outgoing.end(body)
  const incoming = await new Promise<import('node:http').IncomingMessage>((resolve) => outgoing.on('response', resolve))
  incoming.pause()
  let before = -1
  await until(() => {
    const still = written === before
    before = written
    return still && written > 0
  }, 'the server is held back')
  expect(written).toBeLessThan(total)
  let got = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) got += chunk.length
  expect(got).toBeGreaterThan(total)
  expect(outcomes()).toEqual(['complete'])
})

test('a revoked key ends its calls within the turn, uncharged and with the reason', async () => {
  answer = ({ response }) => events(response)
  const pending = post(call('paid'))
  await until(() => seen.length === 1, 'the call is at the server')
  const problem = new Problem('test.revoked', { status: 403, title: 'The key is revoked.', retryable: false })
  expect(bench.relay.abortWhere(({ keyId }) => keyId === BENCH_KEYS.bob, problem)).toBe(0)
  expect(bench.relay.abortWhere(({ keyId }) => keyId === BENCH_KEYS.alice, problem)).toBeGreaterThan(0)
  expect(await (await pending).text()).toContain('The key is revoked.')
  expect(outcomes()).toEqual(['cancelled'])
})

test('what is bought is named: key, attempt, maximum, version and the same digest for the same request', async () => {
  const meta = (attempt: number): Record<string, unknown> => ({
    progressToken: attempt,
    traceparent: `00-${attempt}`,
    'io.mcp-orchestra/idempotencyKey': 'order-1',
    'io.mcp-orchestra/attempt': attempt,
    'io.mcp-orchestra/maxCharge': { amount: '9', asset: 'USD' },
    'io.mcp-orchestra/priceVersion': 3,
  })
  await post(call('paid', { meta: meta(1) }))
  const again = call('paid', { meta: meta(2), id: 77 })
  await post({ ...again, headers: { ...(again.headers as Record<string, string>), 'idempotency-key': 'order-2' } })
  await post(modernRequest('tools/call', { name: 'paid', arguments: { a: 2 } }))
  const [first, second, third] = bench.ledger.map(({ intent }) => intent)
  expect(first).toMatchObject({ idempotencyKey: 'order-1', attempt: 1, maxCharge: { amount: 9n, asset: 'USD' }, expectedPriceVersion: 3, target: 'paid' })
  expect(second).toMatchObject({ idempotencyKey: 'order-2', attempt: 2, requestDigest: first?.requestDigest })
  expect(third).toMatchObject({ idempotencyKey: undefined, attempt: 1 })
  expect(third?.requestDigest).not.toBe(first?.requestDigest)
  expect(first?.requestDigest).toMatch(/^[0-9a-f]{64}$/)
  expect(createHash('sha256').update('').digest('hex')).not.toBe(first?.requestDigest)
  const bad = await post(call('paid', { meta: { 'io.mcp-orchestra/attempt': 'one' } }))
  expect([bad.status, await bad.text()]).toEqual([400, expect.stringContaining('listen.invalid_meta')])
})

test('a keyed purchase that is complete is answered from the store, with the caller own id, and the server is not called', async () => {
  begin = () => ({ kind: 'stored', resultText: '{"content":[],"_meta":{"a":1}}', eventId: 'evt_first' as never })
  const response = await post(call('paid', { id: 'again' }))
  expect(await response.json()).toEqual({
    jsonrpc: '2.0',
    id: 'again',
    result: { content: [], _meta: { a: 1, 'io.mcp-orchestra/receipt': { eventId: 'evt_first', repeated: true } } },
  })
  expect(seen).toEqual([])
})

test('a refused charge never reaches the server, and carries its code, status and document', async () => {
  const problem = new Problem('charge.insufficient_funds', { status: 402, title: 'Not enough money.', retryable: false, rpcCode: 402001 })
  begin = () => ({ kind: 'refused', problem })
  const response = await post(call('paid'))
  expect(response.status).toBe(402)
  expect(await response.json()).toMatchObject({ id: 1, error: { code: 402001, data: { code: 'charge.insufficient_funds', status: 402 } } })
  expect(seen).toEqual([])
})

test('a listen stream has no deadline, keeps its subscription id, and ends when the client leaves', async () => {
  let closed = false
  answer = ({ response, body }) => {
    const { id } = JSON.parse(body) as { id: number }
    const params = { _meta: { 'io.modelcontextprotocol/subscriptionId': id } }
    events(response, JSON.stringify({ jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params }))
    response.on('close', () => (closed = true))
  }
  const leave = new AbortController()
  const response = await post({ ...modernRequest('subscriptions/listen', {}, { id: 'sub' }), signal: leave.signal }, 'quick')
  const first = await response.body?.getReader().read()
  expect(Buffer.from(first?.value ?? []).toString()).toContain('"io.modelcontextprotocol/subscriptionId":"sub"')
  leave.abort()
  await until(() => closed, 'the server sees the stream close')
})
