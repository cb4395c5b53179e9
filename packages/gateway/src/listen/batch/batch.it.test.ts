import { Problem } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { BATCH_MESSAGES_MAX } from '../../protocol/batch.ts'
import { benchServer, startRelayBench, type RelayBench } from '../testing.ts'
import { jsonHeaders } from '../testing-messages.ts'
import { EVERYTHING, startUpstream, until, type TestUpstream } from '../testing-upstream.ts'

type Posted = { id?: number; method?: string; params?: { name?: string; requestId?: number } }

/** A server of the revision that the test names; what a tool does is in its name. */
let upstream: TestUpstream
let bench: RelayBench
let agreed = '2025-03-26'
let posted: Posted[] = []
let cancelled: unknown[] = []

beforeAll(async () => {
  upstream = await startUpstream((_request, response, body) => {
    const message = JSON.parse(body === '' ? '{}' : body) as Posted
    posted.push(message)
    const { id, method, params } = message
    const json = (value: unknown): void => {
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'theirs' })
      response.end(JSON.stringify(value))
    }
    const answer = (result: unknown): object => ({ jsonrpc: '2.0', id, result })
    const news = { jsonrpc: '2.0', method: 'notifications/message', params: { data: params?.name } }
    if (method === 'initialize') return json(answer({ protocolVersion: agreed, capabilities: {} }))
    if (method === 'notifications/cancelled') cancelled.push(params?.requestId)
    if (id === undefined) return void response.writeHead(202).end()
    if (params?.name === 'hanging') return
    if (params?.name === 'batching') return json([news, answer({ of: 'batching' })])
    if (params?.name === 'large') return json(answer({ text: 'x'.repeat(1_500_000) }))
    if (params?.name === 'streaming') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(`id: 9\ndata: ${JSON.stringify([news, answer({ of: 'streaming' })])}\n\n`)
      return
    }
    json(answer({ of: params?.name ?? method }))
  })
  bench = await startRelayBench({
    servers: [
      benchServer('server', { kind: 'http', url: upstream.url }),
      benchServer('stdio', {
        kind: 'stdio',
        command: process.execPath,
        args: [EVERYTHING, 'stdio'],
      }),
    ],
    prices: { paid: 5n, other: 7n },
    denied: new Set(['forbidden']),
    begin: (intent) =>
      intent.target === 'poor'
        ? {
            kind: 'refused',
            problem: new Problem('bench.poor', {
              status: 402,
              title: 'No money.',
              retryable: false,
            }),
          }
        : undefined,
  })
})
afterAll(async () => {
  await bench.close()
  await upstream.stop()
})
beforeEach(() => {
  agreed = '2025-03-26'
  posted = []
  cancelled = []
  bench.ledger.length = 0
})

function post(
  body: unknown,
  headers: Record<string, string> = {},
  alias = 'server',
): Promise<Response> {
  return fetch(bench.endpoint(alias), {
    method: 'POST',
    headers: { ...jsonHeaders(), ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

async function open(
  alias = 'server',
  protocolVersion = '2025-03-26',
): Promise<Record<string, string>> {
  const params = {
    protocolVersion,
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  }
  const opened = await post(request(0, 'initialize', params), {}, alias)
  await opened.text()
  const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' }
  await post({ jsonrpc: '2.0', method: 'notifications/initialized' }, session, alias)
  posted = []
  return session
}

const request = (id: unknown, method: string, params?: object): object => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
})
const call = (id: unknown, name: string): object => request(id, 'tools/call', { name })
const byId = (answers: unknown): Map<unknown, Record<string, unknown>> =>
  new Map((answers as { id: unknown }[]).map((answer) => [answer.id, { ...answer }]))
const eventsOf = (text: string): unknown[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? '') as unknown)

test('each request of a batch is a call of its own: authorized, charged, answered under its own id', async () => {
  const session = await open()
  const response = await post(
    [
      call(1, 'paid'),
      call('1', 'other'),
      call(2, 'forbidden'),
      call(3, 'poor'),
      request(4, 'tools/call'),
      request(5, 'ping'),
    ],
    session,
  )
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  const answers = byId(await response.json())
  expect(answers.size).toBe(6)
  expect(answers.get(1)).toMatchObject({ result: { of: 'paid' } })
  expect(answers.get('1')).toMatchObject({ result: { of: 'other' } })
  expect(answers.get(2)).toMatchObject({ error: { message: expect.stringContaining('Not for') } })
  expect(answers.get(3)).toMatchObject({ error: { message: expect.stringContaining('No money') } })
  expect(answers.get(4)).toMatchObject({ error: { code: -32602 } })
  expect(answers.get(5)).toMatchObject({ result: { of: 'ping' } })
  expect(bench.ledger.map(({ intent }) => intent.target).toSorted()).toEqual(['other', 'paid'])
  expect(posted.map(({ params, method }) => String(params?.name ?? method)).toSorted()).toEqual([
    'other',
    'paid',
    'ping',
  ])
})

test('a batch without requests is 202, and each message of it arrives', async () => {
  const session = await open()
  const news = (method: string): object => ({ jsonrpc: '2.0', method })
  const response = await post(
    [news('notifications/a'), { jsonrpc: '2.0', id: 77, result: {} }, news('notifications/b')],
    session,
  )
  expect([response.status, await response.text()]).toEqual([202, ''])
  expect(posted.map(({ method }) => method)).toEqual(['notifications/a', 'notifications/b'])
})

test('a batch of which anything streams is answered as a stream, with every answer on it', async () => {
  const session = await open()
  const response = await post(
    [call(1, 'paid'), call(2, 'streaming'), call(3, 'batching'), call(4, 'large')],
    session,
  )
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  const text = await response.text()
  expect(text).not.toContain('id: 9')
  const messages = eventsOf(text)
  const answers = byId(messages.filter((message) => Reflect.has(message as object, 'id')))
  expect(new Set(answers.keys())).toEqual(new Set([1, 2, 3, 4]))
  expect(answers.get(2)).toMatchObject({ result: { of: 'streaming' } })
  expect(answers.get(3)).toMatchObject({ result: { of: 'batching' } })
  expect(messages).toContainEqual({
    jsonrpc: '2.0',
    method: 'notifications/message',
    params: { data: 'streaming' },
  })
  expect(bench.ledger).toHaveLength(4)
})

test('a single request to a server that answers with a batch gets its own answer and the news before it', async () => {
  const session = await open()
  for (const name of ['batching', 'streaming']) {
    const messages = eventsOf(await (await post(call(1, name), session)).text())
    expect(messages).toEqual([
      { jsonrpc: '2.0', method: 'notifications/message', params: { data: name } },
      { jsonrpc: '2.0', id: 1, result: { of: name } },
    ])
  }
})

test('a large result in a batch is one of its answers', async () => {
  const session = await open()
  const response = await post([call(1, 'large'), call(2, 'paid')], session)
  const answers = byId(await response.json())
  expect(JSON.stringify(answers.get(1)?.['result'])).toHaveLength(1_500_011)
  expect(answers.get(2)).toMatchObject({ result: { of: 'paid' } })
})

test('a call of a batch is cancelled alone, by its own id, in the same batch or later', async () => {
  const session = await open()
  const answering = post([call('a', 'hanging'), call('b', 'paid')], session)
  await until(() => posted.some(({ params }) => params?.name === 'hanging'), 'it hangs')
  const at = posted.find(({ params }) => params?.name === 'hanging')?.id
  const notice = {
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId: 'a' },
  }
  expect((await post([notice], session)).status).toBe(202)
  const text = await (await answering).text()
  expect(text).toContain('"id":"b"')
  expect(text).not.toContain('"id":"a"')
  expect(cancelled).toEqual([at])
  expect(bench.ledger.map(({ end }) => end.outcome).toSorted()).toEqual(['cancelled', 'complete'])
})

test('a client that leaves does not cancel the calls of its batch', async () => {
  const session = await open()
  const leave = new AbortController()
  const answering = fetch(bench.endpoint('server'), {
    method: 'POST',
    headers: { ...jsonHeaders(), ...session },
    body: JSON.stringify([call(1, 'hanging'), call(2, 'hanging')]),
    signal: leave.signal,
  }).catch(() => undefined)
  await until(() => bench.relay.load().calls === 2, 'both are in flight')
  leave.abort()
  await answering
  const notice = (requestId: number): object => ({
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId },
  })
  // Both are still there to be cancelled by their ids.
  await post([notice(1), notice(2)], session)
  await until(() => bench.ledger.length === 2, 'both are settled')
  expect(bench.ledger.map(({ end }) => end.outcome)).toEqual(['cancelled', 'cancelled'])
})

test('what is no message of a batch is answered so, and the others are carried', async () => {
  const response = await post([1, call(1, 'paid'), { jsonrpc: '2.0' }], await open())
  expect(response.status).toBe(200)
  const answers = (await response.json()) as { id: unknown; error?: { code: number } }[]
  expect(answers.map(({ id, error }) => `${String(id)} ${error?.code}`).toSorted()).toEqual([
    '1 undefined',
    'null -32600',
    'null -32600',
  ])
})

test.each([
  ['an empty batch', [], -32600],
  ['half a batch', '[{"jsonrpc":"2.0","id":1,"method":"ping"}', -32700],
  ['one id twice', [request(1, 'ping'), request(1, 'tools/list')], -32600],
  ['initialize in a batch', [request(1, 'ping'), request(2, 'initialize', {})], -32600],
  [
    'too many messages',
    Array.from({ length: BATCH_MESSAGES_MAX + 1 }, (_, id) => request(id, 'ping')),
    -32600,
  ],
])('%s is refused as a whole, and nothing of it is carried', async (_what, body, code) => {
  const response = await post(body, await open())
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ id: null, error: { code } })
  expect(posted).toEqual([])
})

test.each(['2024-11-05', '2025-06-18', '2025-11-25'])(
  'a session of %s has no batches, and neither has a request that names that revision',
  async (revision) => {
    agreed = revision
    for (const headers of [await open('server', revision), { 'mcp-protocol-version': revision }]) {
      const response = await post([request(1, 'ping')], headers)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error: { code: -32600 } })
    }
    expect(posted).toEqual([])
  },
)

test('a batch at a session that nobody knows is 404, and without a session it is carried', async () => {
  expect((await post([request(1, 'ping')], { 'mcp-session-id': 'gateway.nobody' })).status).toBe(
    404,
  )
  expect(await (await post([request(1, 'ping')])).json()).toEqual([
    { jsonrpc: '2.0', id: 1, result: { of: 'ping' } },
  ])
})

test('every message of a batch counts against the rate of its key', async () => {
  const session = await open()
  const before = bench.verified.length
  await post([request(1, 'ping'), request(2, 'ping'), request(3, 'ping')], session)
  expect(bench.verified.slice(before)).toHaveLength(3)
})

test('a child process takes the calls of a batch and keeps their answers apart', async () => {
  const session = await open('stdio')
  const sum = (id: number): object =>
    request(id, 'tools/call', { name: 'get-sum', arguments: { a: id, b: 100 } })
  const response = await post([sum(1), sum(2), sum(3)], session, 'stdio')
  // It says something unasked at its start, so the answer may be a stream.
  const text = await response.text()
  const answers = byId(text.startsWith('[') ? JSON.parse(text) : eventsOf(text))
  for (const id of [1, 2, 3]) {
    expect(JSON.stringify(answers.get(id))).toContain(String(id + 100))
  }
})

test('nothing of ours failed on the way', () => {
  expect(bench.bugs).toEqual([])
})
