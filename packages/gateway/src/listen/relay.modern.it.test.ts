import { Problem } from '@mcp-orchestra/kernel'
import { expect, test } from 'vitest'
import { jsonHeaders, modernRequest, resultFor } from './testing-messages.ts'
import { call, events, json, ModernBench } from './testing-modern.ts'
import { until } from './testing-upstream.ts'

const m = new ModernBench()
const PRICE = { amount: '5', asset: 'USD' }

test('a paid call carries what the client said, under an id of ours, and comes back with its own id and a receipt', async () => {
  const response = await m.post(
    call('paid', { id: 'my "id"', meta: { progressToken: 'tok', 'x/y': [1, { z: null }] } }),
  )
  expect(response.status).toBe(200)
  const got = (await response.json()) as { id: unknown; result: Record<string, unknown> }
  expect(got.id).toBe('my "id"')
  expect(got.result['_meta']).toEqual({
    'io.mcp-orchestra/receipt': { eventId: m.bench.ledger[0]?.intent.callId, charged: PRICE },
  })
  const [{ body, headers } = { body: '', headers: {} }] = m.seen
  const sent = JSON.parse(body) as { id: number; params: { _meta: Record<string, unknown> } }
  expect(sent.id).toBeTypeOf('number')
  expect(sent.params._meta['progressToken']).toBe(sent.id)
  expect(sent.params._meta['x/y']).toEqual([1, { z: null }])
  expect(headers).toMatchObject({
    'mcp-method': 'tools/call',
    'mcp-name': 'paid',
    'x-secret': 's3cret',
  })
  expect(headers['authorization']).toBeUndefined()
})

test('all bytes of a request but id, token and our own keys reach the server; all bytes of a result but the id come back', async () => {
  const meta =
    '"io.modelcontextprotocol/protocolVersion" : "2026-07-28","io.modelcontextprotocol/clientCapabilities":{"x":{ }}'
  const body = (id: string, ours: string): string =>
    `\n{ "params":{"name":"free","arguments":{"n":1.50,"u":"\\u00e9","dup":1,"dup":2},"_meta":{${ours}${meta}}, "future":[ ]},"id":${id} ,"method":"tools/call","jsonrpc":"2.0","x-top":true}`
  const result = (id: string): string =>
    `{"jsonrpc":"2.0", "id": ${id},"result":{"content":[{"type":"hologram","beam":1e400}],"structuredContent":[1,  2],"resultType":"complete","x":"\\ud83d\\ude00"} ,"trace":0.10}`
  m.answer = (given) =>
    json(given.response, result(String((JSON.parse(given.body) as { id: number }).id)))
  const init = call('free')
  const response = await m.post({ ...init, body: body('-7', '"io.mcp-orchestra/attempt":2,') })
  expect(await response.text()).toBe(result('-7'))
  const id = String((JSON.parse(m.seen[0]?.body ?? '{}') as { id: number }).id)
  expect(m.seen[0]?.body).toBe(body(id, ''))
})

test('events come one by one, progress with the client own token, and the final one only after it was settled', async () => {
  m.answer = ({ response, body }) => {
    const { id } = JSON.parse(body) as { id: number }
    const progress = (token: unknown): string =>
      JSON.stringify({
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken: token, progress: 1 },
      })
    events(
      response,
      progress(id),
      progress('of another'),
      '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}',
    )
    response.end(`data: ${resultFor(body, { resultType: 'complete', content: [] })}\n\n`)
  }
  const response = await m.post(call('paid', { meta: { progressToken: 'mine' } }))
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  const messages = (await response.text())
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map(
      (line) =>
        JSON.parse(line.slice(6)) as {
          method?: string
          params?: { progressToken?: unknown }
          result?: { _meta?: object }
        },
    )
  expect(messages.map(({ method }) => method)).toEqual([
    'notifications/progress',
    'notifications/message',
    undefined,
  ])
  expect(messages[0]?.params?.progressToken).toBe('mine')
  expect(messages[2]?.result?._meta).toHaveProperty('io.mcp-orchestra/receipt')
})

test('what the revision refuses is refused with its code, before the server and before the charge', async () => {
  const good = call('paid')
  const headers = good.headers
  const without = (name: string): RequestInit => ({
    ...good,
    headers: Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name)),
  })
  const withMeta = (meta: Record<string, unknown>): RequestInit => call('paid', { meta })
  const cases: [RequestInit, number, number][] = [
    [without('mcp-method'), 400, -32020],
    [without('mcp-name'), 400, -32020],
    [without('mcp-protocol-version'), 400, -32020],
    [{ ...good, headers: { ...headers, 'mcp-name': 'other' } }, 400, -32020],
    [{ ...good, headers: { ...headers, 'mcp-name': '=?base64?!!?=' } }, 400, -32020],
    [{ ...good, headers: { ...headers, 'mcp-method': 'tools/list' } }, 400, -32020],
    [
      {
        ...withMeta({ 'io.modelcontextprotocol/protocolVersion': '2031-01-01' }),
        headers: { ...headers, 'mcp-protocol-version': '2031-01-01' },
      },
      400,
      -32022,
    ],
    [withMeta({ 'io.modelcontextprotocol/clientCapabilities': undefined }), 400, -32602],
    [withMeta({ 'io.modelcontextprotocol/protocolVersion': undefined }), 400, -32602],
  ]
  for (const [init, status, code] of cases) {
    const response = await m.post(init)
    const { error } = (await response.json()) as { error: { code: number } }
    expect([response.status, error.code]).toEqual([status, code])
  }
  expect(m.seen).toEqual([])
  expect(m.bench.ledger).toEqual([])
})

test('GET and DELETE do not exist in the modern era', async () => {
  for (const method of ['GET', 'DELETE']) {
    const response = await m.post({
      method,
      headers: { ...jsonHeaders(), 'mcp-protocol-version': '2026-07-28' },
    })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
  }
})

test('errors of the server keep their status, code and words, and nothing is charged', async () => {
  m.answer = ({ response, body }) => {
    const { id } = JSON.parse(body) as { id: unknown }
    json(
      response,
      JSON.stringify({
        jsonrpc: '2.0',
        id,
        error: { code: -32601, message: 'no such method', data: { x: 1 } },
      }),
      404,
    )
  }
  const response = await m.post(call('paid', { id: 9 }))
  expect(response.status).toBe(404)
  expect(await response.json()).toEqual({
    jsonrpc: '2.0',
    id: 9,
    error: { code: -32601, message: 'no such method', data: { x: 1 } },
  })
  expect(m.outcomes()).toEqual(['rpc_error'])
})

test('tool errors and requests for input are told apart from complete results', async () => {
  m.answer = ({ response, body }) =>
    json(response, resultFor(body, { resultType: 'complete', content: [], isError: true }))
  await m.post(call('paid'))
  m.answer = ({ response, body }) =>
    json(
      response,
      resultFor(body, { resultType: 'input_required', inputRequests: {}, requestState: 'sealed' }),
    )
  expect(await (await m.post(call('paid'))).text()).toContain('"requestState":"')
  expect(m.outcomes()).toEqual(['tool_error', 'input_required'])
})

test('a large result streams through unchanged but for its id and the receipt, and its last brace waits for the charge', async () => {
  const blob = 'x'.repeat(5 * 1024 * 1024)
  const result = { resultType: 'complete', content: [{ type: 'text', text: blob }] }
  m.answer = ({ response, body }) => json(response, resultFor(body, result))
  const response = await m.post(call('paid', { id: 'big' }))
  const got = (await response.json()) as { id: unknown; result: { _meta: unknown } }
  expect(got).toEqual({
    jsonrpc: '2.0',
    id: 'big',
    result: {
      ...result,
      _meta: {
        'io.mcp-orchestra/receipt': { eventId: m.bench.ledger[0]?.intent.callId, charged: PRICE },
      },
    },
  })
  expect(m.bench.ledger[0]?.end).toMatchObject({ outcome: 'complete', resultText: undefined })
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
  await m.post(call('paid', { meta: meta(1) }))
  const again = call('paid', { meta: meta(2), id: 77 })
  await m.post({
    ...again,
    headers: { ...again.headers, 'idempotency-key': 'order-2' },
  })
  await m.post(modernRequest('tools/call', { name: 'paid', arguments: { a: 2 } }))
  const [first, second, third] = m.bench.ledger.map(({ intent }) => intent)
  expect(first).toMatchObject({
    idempotencyKey: 'order-1',
    attempt: 1,
    maxCharge: { amount: 9n, asset: 'USD' },
    expectedPriceVersion: 3,
    target: 'paid',
  })
  expect(second).toMatchObject({
    idempotencyKey: 'order-2',
    attempt: 2,
    requestDigest: first?.requestDigest,
  })
  expect(third).toMatchObject({ idempotencyKey: undefined, attempt: 1 })
  expect(third?.requestDigest).not.toBe(first?.requestDigest)
  expect(first?.requestDigest).toMatch(/^[0-9a-f]{64}$/)
  const bad = await m.post(call('paid', { meta: { 'io.mcp-orchestra/attempt': 'one' } }))
  expect([bad.status, await bad.text()]).toEqual([
    400,
    expect.stringContaining('listen.invalid_meta'),
  ])
})

test('a keyed purchase that is complete is answered from the store, with the caller own id, and the server is not called', async () => {
  m.begin = () => ({
    kind: 'stored',
    resultText: '{"content":[],"_meta":{"a":1}}',
    eventId: 'evt_first' as never,
  })
  const response = await m.post(call('paid', { id: 'again' }))
  expect(await response.json()).toEqual({
    jsonrpc: '2.0',
    id: 'again',
    result: {
      content: [],
      _meta: { a: 1, 'io.mcp-orchestra/receipt': { eventId: 'evt_first', repeated: true } },
    },
  })
  expect(m.seen).toEqual([])
})

test('a refused charge never reaches the server, and carries its code, status and document', async () => {
  const problem = new Problem('charge.insufficient_funds', {
    status: 402,
    title: 'Not enough money.',
    retryable: false,
    rpcCode: 402001,
  })
  m.begin = () => ({ kind: 'refused', problem })
  const response = await m.post(call('paid'))
  expect(response.status).toBe(402)
  expect(await response.json()).toMatchObject({
    id: 1,
    error: { code: 402001, data: { code: 'charge.insufficient_funds', status: 402 } },
  })
  expect(m.seen).toEqual([])
})

test('a listen stream has no deadline, keeps its subscription id, and ends when the client leaves', async () => {
  let closed = false
  m.answer = ({ response, body }) => {
    const { id } = JSON.parse(body) as { id: number }
    const params = { _meta: { 'io.modelcontextprotocol/subscriptionId': id } }
    events(
      response,
      JSON.stringify({
        jsonrpc: '2.0',
        method: 'notifications/subscriptions/acknowledged',
        params,
      }),
    )
    response.on('close', () => (closed = true))
  }
  const leave = new AbortController()
  const response = await m.post(
    { ...modernRequest('subscriptions/listen', {}, { id: 'sub' }), signal: leave.signal },
    'quick',
  )
  const first = await response.body?.getReader().read()
  expect(Buffer.from(first?.value ?? []).toString()).toContain(
    '"io.modelcontextprotocol/subscriptionId":"sub"',
  )
  leave.abort()
  await until(() => closed, 'the server sees the stream close')
})

test.each(['server/discover', 'tools/list'])(
  'a modern client whose key is not taken hears so in JSON-RPC: %s',
  async (method) => {
    const refused = await m.post(modernRequest(method, {}, { key: 'unknown' }))
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe('Bearer')
    expect(refused.headers.get('content-type')).toBe('application/json')
    expect(await refused.json()).toMatchObject({
      jsonrpc: '2.0',
      id: null,
      error: { code: 401_001, data: { code: 'bench.unauthorized', status: 401 } },
    })
  },
)
