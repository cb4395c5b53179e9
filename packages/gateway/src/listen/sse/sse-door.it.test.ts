import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import {
  CreateMessageRequestSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import type { ServerResponse } from 'node:http'
import { Problem } from '@mcp-orchestra/kernel'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { BENCH_KEYS, benchServer, startRelayBench, type RelayBench } from '../testing.ts'
import { jsonHeaders } from '../testing-messages.ts'
import {
  EVERYTHING,
  startEverything,
  startUpstream,
  until,
  type TestUpstream,
} from '../testing-upstream.ts'

let upstream: TestUpstream
let older: TestUpstream
let played: TestUpstream
let bench: RelayBench
/** What the played server was asked and not yet answered, and the stream of its news. */
let hanging: { id: number; response: ServerResponse }[] = []
let told: { method?: string; params?: { requestId?: number } }[] = []
let news: ServerResponse[] = []

beforeAll(async () => {
  upstream = await startEverything()
  older = await startEverything('sse')
  played = await startUpstream((request, response, body) => {
    if (request.method === 'GET') {
      news.push(response)
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      return
    }
    const message = JSON.parse(body === '' ? '{}' : body) as {
      id?: number
      method?: string
      params?: { requestId?: number }
    }
    const { id, method } = message
    const serverInfo = { name: 'played', version: '1' }
    if (method === 'tools/call' && id !== undefined) return void hanging.push({ id, response })
    told.push(message)
    if (id === undefined) return void response.writeHead(202).end()
    const result = { protocolVersion: '2024-11-05', capabilities: {}, serverInfo, of: method }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
  })
  bench = await startRelayBench({
    servers: [
      benchServer('stdio', {
        kind: 'stdio',
        command: process.execPath,
        args: [EVERYTHING, 'stdio'],
      }),
      benchServer('http', { kind: 'http', url: upstream.url }),
      benchServer('older', { kind: 'http', url: older.url }),
      benchServer('played', { kind: 'http', url: played.url }),
    ],
    prices: { echo: 5n, hanging: 5n },
    lingerMs: 50,
    legacySse: true,
    keepAliveMs: 30,
  })
})
afterEach(() => {
  hanging = []
  told = []
  const [bug] = bench.bugs.splice(0)
  if (bug !== undefined) throw bug
})
afterAll(async () => {
  await bench.close()
  await upstream.stop()
  await older.stop()
  await played.stop()
})

const streamUrl = (alias: string): string => `${bench.url}/s/${alias}/sse`

async function connect(alias: string, capabilities: Record<string, object> = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' }, { capabilities })
  const headers = { authorization: `Bearer ${BENCH_KEYS.alice}` }
  await client.connect(
    new SSEClientTransport(new URL(streamUrl(alias)), { requestInit: { headers } }),
  )
  return client
}

describe.each(['stdio', 'http', 'older'])('the official client over HTTP+SSE at %s', (alias) => {
  test('lists, pays, hears progress, and is asked in the middle of a call', async () => {
    const client = await connect(alias, { sampling: {} })
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      model: 'a-model',
      role: 'assistant',
      content: { type: 'text', text: 'sampled' },
    }))
    const { tools } = await client.listTools()
    expect(tools.find(({ name }) => name === 'echo')?._meta).toHaveProperty([
      'io.mcp-orchestra/price',
    ])
    const paid = await client.callTool({ name: 'echo', arguments: { message: 'hi' } })
    expect(JSON.stringify(paid.content)).toContain('Echo: hi')
    expect(paid._meta).toHaveProperty(['io.mcp-orchestra/receipt'])
    const progress: number[] = []
    const long = client.callTool(
      { name: 'trigger-long-running-operation', arguments: { duration: 0.3, steps: 3 } },
      undefined,
      { onprogress: (step) => progress.push(step.progress) },
    )
    const sums = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        client.callTool({ name: 'get-sum', arguments: { a: index, b: 100 } }),
      ),
    )
    sums.forEach((sum, index) => expect(JSON.stringify(sum)).toContain(String(index + 100)))
    await long
    // The last step comes together with the answer, and this client drops what comes with an answer.
    expect(progress.slice(0, 2)).toEqual([1, 2])
    const sampled = await client.callTool({
      name: 'trigger-sampling-request',
      arguments: { prompt: 'x', maxTokens: 7 },
    })
    expect(JSON.stringify(sampled)).toContain('sampled')
    await client.close()
    await until(() => bench.relay.load().sessions === 0, 'the session ends with its stream')
  })
})

type Raw = { readonly address: string; text(): string; leave(): void }

/** Opens a stream as a raw client does, and reads on. */
async function openRaw(alias = 'played', key: string = BENCH_KEYS.alice): Promise<Raw> {
  const leave = new AbortController()
  const response = await fetch(streamUrl(alias), {
    headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream' },
    signal: leave.signal,
  })
  let text = ''
  const read = async (): Promise<void> => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString()
    text += '(ended)'
  }
  read().catch(() => undefined)
  await until(() => text.includes('\n\n'), 'the stream begins')
  const address = /^event: endpoint\ndata: (.*)\n\n/.exec(text)?.[1] ?? ''
  return { address, text: () => text, leave: () => leave.abort() }
}

function say(
  { address }: Raw,
  message: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(new URL(address, bench.url), {
    method: 'POST',
    headers: { ...jsonHeaders(), ...headers },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  })
}

const initialize = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2024-11-05', capabilities: {} },
}
const hang = { jsonrpc: '2.0', id: 'h', method: 'tools/call', params: { name: 'hanging' } }
const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' }

async function openSession(): Promise<Raw> {
  const raw = await openRaw()
  expect((await say(raw, initialize)).status).toBe(202)
  await until(() => raw.text().includes('"id":0'), 'the greeting is answered')
  expect((await say(raw, initialized)).status).toBe(202)
  return raw
}

test('the address of a session is under its stream, cannot be guessed, and wants the key of the stream', async () => {
  const raw = await openSession()
  expect(raw.address).toMatch(/^\/s\/played\/sse\/gateway\.[\w-]{32}$/)
  const stranger = { authorization: `Bearer ${BENCH_KEYS.bob}` }
  expect((await say(raw, hang, stranger)).status).toBe(404)
  expect((await say(raw, hang, { authorization: 'Bearer nobody' })).status).toBe(401)
  const elsewhere = { ...raw, address: raw.address.replace('/s/played/', '/s/http/') }
  expect((await say(elsewhere, hang)).status).toBe(404)
  expect((await say({ ...raw, address: `${raw.address}x` }, hang)).status).toBe(404)
  expect(hanging).toEqual([])
  raw.leave()
  await until(() => bench.relay.load().sessions === 0, 'the session ends with its stream')
  expect((await say(raw, hang)).status).toBe(404)
})

test('every answer is 202 at the address and the message on the stream, which comments keep open', async () => {
  const raw = await openSession()
  const posted = await say(raw, { jsonrpc: '2.0', id: 'p', method: 'ping' })
  expect([posted.status, await posted.text()]).toEqual([202, ''])
  await until(() => raw.text().includes('"id":"p"'), 'the answer is on the stream')
  await until(() => raw.text().includes(': keep-alive\n\n'), 'the silence is filled')
  raw.leave()
})

test('news of the server come on the stream once the client is initialized', async () => {
  news = []
  const heard: string[] = []
  const client = await connect('played')
  client.setNotificationHandler(ToolListChangedNotificationSchema, ({ method }) => {
    heard.push(method)
  })
  await until(() => news.length > 0, 'the stream of news is open')
  const changed = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' }
  news[0]?.write(`data: ${JSON.stringify(changed)}\n\n`)
  await until(() => heard.length === 1, 'the client hears it')
  await client.close()
})

test('a client that says twice that it is initialized hears nothing twice', async () => {
  news = []
  const raw = await openSession()
  await say(raw, initialized)
  await say(raw, { jsonrpc: '2.0', id: 'p', method: 'ping' })
  await until(
    () => news.length > 0 && raw.text().includes('"id":"p"'),
    'the stream of news is open',
  )
  expect(news).toHaveLength(1)
  raw.leave()
})

test('a client that leaves does not cancel its call: it is carried to its end and charged', async () => {
  const raw = await openSession()
  await say(raw, hang)
  await until(() => hanging.length === 1, 'the call is at the server')
  const before = bench.ledger.length
  raw.leave()
  await say(await openSession(), { jsonrpc: '2.0', id: 1, method: 'ping' })
  expect(told.map(({ method }) => method)).not.toContain('notifications/cancelled')
  const [call] = hanging
  call?.response.writeHead(200, { 'content-type': 'application/json' })
  call?.response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, result: { content: [] } }))
  await until(() => bench.ledger.length > before, 'the call is settled')
  expect(bench.ledger.slice(before).map(({ end }) => end.outcome)).toEqual(['complete'])
})

test('a cancelled call is released, and its server hears it', async () => {
  const raw = await openSession()
  await say(raw, hang)
  await until(() => hanging.length === 1, 'the call is at the server')
  const before = bench.ledger.length
  await say(raw, {
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId: 'h' },
  })
  await until(() => bench.ledger.length > before, 'the call is settled')
  expect(bench.ledger.slice(before).map(({ end }) => end.outcome)).toEqual(['cancelled'])
  const heard = (): unknown =>
    told.find(({ method }) => method === 'notifications/cancelled')?.params?.requestId
  await until(() => heard() !== undefined, 'the server hears it')
  expect(heard()).toBe(hanging[0]?.id)
  raw.leave()
})

test('a right that is taken away ends the stream, greeted or not', async () => {
  const [greeted, fresh] = [await openSession(), await openRaw()]
  bench.relay.abortWhere(
    ({ serverId }) => serverId === 'srv_played',
    new Problem('test.revoked', { status: 403, title: 'Away.', retryable: false }),
  )
  for (const raw of [greeted, fresh]) {
    await until(() => raw.text().endsWith('(ended)'), 'the stream has ended')
    expect((await say(raw, hang)).status).toBe(404)
  }
})

test.each([
  ['a call before initialize', [hang], 400],
  ['a second initialize', [initialize, initialize], 400],
  ['a batch', [[hang]], 400],
  ['no JSON', ['{'], 400],
  ['no message', ['42'], 400],
  [
    'a message of the modern era',
    [
      {
        ...hang,
        params: { name: 'x', _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } },
      },
    ],
    400,
  ],
])('%s is refused at the address', async (_what, messages, status) => {
  const raw = await openRaw()
  let last = 0
  for (const message of messages) last = (await say(raw, message)).status
  expect(last).toBe(status)
  expect(hanging).toEqual([])
  raw.leave()
})

test('methods that the transport does not have are 405, and without the switch nothing is there', async () => {
  const raw = await openRaw()
  const wrong = await fetch(new URL(raw.address, bench.url), { headers: jsonHeaders() })
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST'])
  const posted = await fetch(streamUrl('played'), {
    method: 'POST',
    headers: jsonHeaders(),
    body: JSON.stringify(initialize),
  })
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET'])
  raw.leave()
  const plain = await startRelayBench({
    servers: [benchServer('played', { kind: 'http', url: played.url })],
  })
  const answer = await fetch(`${plain.url}/s/played/sse`, { headers: jsonHeaders() })
  expect(answer.status).toBe(404)
  await plain.close()
})
