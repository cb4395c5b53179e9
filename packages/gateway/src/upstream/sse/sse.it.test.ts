import type { ServerResponse } from 'node:http'
import { systemClock, Problem } from '@mcp-orchestra/kernel'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { benchServer, startRelayBench, type RelayBench } from '../../listen/testing.ts'
import { jsonHeaders } from '../../listen/testing-messages.ts'
import { startUpstream, until, type TestUpstream } from '../../listen/testing-upstream.ts'
import { LEGACY_REVISIONS } from '../../protocol/revisions.ts'
import { allowByReach } from '../http/address-policy.ts'
import { HttpPools } from '../http/pools.ts'
import { Spool } from '../spool/spool.ts'
import { openSse } from './open-sse.ts'

/** A server of HTTP+SSE that answers on its streams as the test says. */
let upstream: TestUpstream
let bench: RelayBench
let endpoint: (id: number) => string
let streams: ServerResponse[] = []
let requests: string[] = []
/** What a POST is answered with, and what goes on the stream for it. */
let status = 202
let reply: (message: { id?: number; method?: string }) => string | undefined

const result = (id: unknown, value: unknown): string =>
  `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result: value })}\n\n`
const greet = { protocolVersion: '2024-11-05', capabilities: {} }

beforeEach(async () => {
  streams = []
  requests = []
  status = 202
  endpoint = (id) => `/message?sessionId=${id}`
  reply = ({ id, method }) =>
    id === undefined ? undefined : result(id, method === 'initialize' ? greet : { of: method })
  upstream = await startUpstream((request, response, body) => {
    requests.push(`${request.method} ${request.url}`)
    if (request.method === 'GET' && request.url === '/mcp') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`: hello\n\nevent: endpoint\ndata: ${endpoint(streams.length)}\n\n`)
      streams.push(response)
      return
    }
    const id = Number(/sessionId=(\d+)/.exec(request.url ?? '')?.[1] ?? Number.NaN)
    const stream = streams[id]
    if (stream === undefined) return void response.writeHead(405).end('Method not allowed')
    response.writeHead(status).end('Accepted')
    if (status >= 300) return
    const text = reply(JSON.parse(body) as { id?: number; method?: string })
    if (text !== undefined) stream.write(text)
  })
  bench = await startRelayBench({
    servers: [
      benchServer(
        'server',
        { kind: 'http', url: upstream.url, headers: { 'x-secret': 's' } },
        { limits: { callTimeoutMs: 2_000 } },
      ),
    ],
    prices: { paid: 5n },
  })
})
afterEach(async () => {
  await bench.close()
  await upstream.stop()
  const [bug] = bench.bugs.splice(0)
  if (bug !== undefined) throw bug
})

function post(message: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(bench.endpoint('server'), {
    method: 'POST',
    headers: { ...jsonHeaders(), ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  })
}

async function open(protocolVersion = '2025-11-25'): Promise<Record<string, string>> {
  const params = { protocolVersion, capabilities: {} }
  const opened = await post({ id: 0, method: 'initialize', params })
  expect(await opened.json()).toMatchObject({ id: 0, result: { ...greet, protocolVersion } })
  const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' }
  await post({ method: 'notifications/initialized' }, session)
  return session
}

const ping = { id: 'mine', method: 'ping' }

test.each(LEGACY_REVISIONS)(
  'a client of %s is answered in its own revision, though the server speaks the oldest',
  async (revision) => {
    const session = { ...(await open(revision)), 'mcp-protocol-version': revision }
    expect(await (await post(ping, session)).json()).toMatchObject({ result: { of: 'ping' } })
  },
)

test('a session is opened by POST first, then by the stream; the next ones know', async () => {
  const session = await open()
  expect(await (await post(ping, session)).json()).toMatchObject({ result: { of: 'ping' } })
  expect(requests.slice(0, 3)).toEqual(['POST /mcp', 'GET /mcp', 'POST /message?sessionId=0'])
  requests = []
  await open()
  expect(requests.slice(0, 2)).toEqual(['GET /mcp', 'POST /message?sessionId=1'])
})

test('a client without a session is greeted by the gateway, and its stream is not left behind', async () => {
  await open()
  expect(await (await post(ping)).json()).toMatchObject({ id: 'mine', result: { of: 'ping' } })
  await until(() => streams[1]?.destroyed === true, 'its stream is closed')
})

test('a visit finds out what such a server speaks, asks it, and leaves no stream behind', async () => {
  const server = benchServer('visited', { kind: 'http', url: upstream.url })
  const visit = await bench.relay.visit(server)
  expect([visit.era, visit.revision]).toEqual(['legacy', '2024-11-05'])
  expect(await visit.ask(server, 'tools/list')).toEqual({
    kind: 'result',
    text: '{"of":"tools/list"}',
  })
  await visit.close()
  await until(() => streams[0]?.destroyed === true, 'its stream is closed')
})

test('what a server says unasked comes on the stream of its session, and nobody else hears it', async () => {
  const [first, second] = [await open(), await open()]
  const [mine, other] = await Promise.all(
    [first, second].map((session) =>
      fetch(bench.endpoint('server'), { headers: { ...jsonHeaders(), ...session } }),
    ),
  )
  const news = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' }
  streams[0]?.write(`event: message\ndata: ${JSON.stringify(news)}\n\n`)
  const read = await mine?.body?.getReader().read()
  expect(Buffer.from(read?.value ?? []).toString()).toContain('tools/list_changed')
  const heard = other?.body?.getReader().read()
  await post(ping, second)
  await other?.body?.cancel().catch(() => undefined)
  await bench.close()
  expect((await heard?.catch(() => undefined))?.value).toBeUndefined()
})

test('a message that the server does not take is refused at once, and nothing is charged', async () => {
  const session = await open()
  status = 500
  const answer = (await (
    await post({ id: 1, method: 'tools/call', params: { name: 'paid' } }, session)
  ).json()) as { error: { message: string } }
  expect(answer.error.message).toContain('status 500')
  expect(bench.ledger.map(({ end }) => end.outcome)).toEqual(['upstream_failed'])
})

test('a call that is never answered ends at its deadline; the server is told and the session lives', async () => {
  const session = await open()
  const told: unknown[] = []
  reply = (message) => {
    told.push(message.method)
    return message.method === 'ping' ? result(message.id, {}) : undefined
  }
  await post({ id: 1, method: 'tools/call', params: { name: 'paid' } }, session)
  expect(bench.ledger.map(({ end }) => end.outcome)).toEqual(['timeout'])
  await until(() => told.includes('notifications/cancelled'), 'the server is told')
  expect((await post(ping, session)).status).toBe(200)
})

test('when the server ends its stream the calls on it fail and the client is told to initialize again', async () => {
  const session = await open()
  reply = () => undefined
  const calling = post({ id: 1, method: 'tools/call', params: { name: 'paid' } }, session)
  await until(() => bench.relay.load().calls === 1, 'the call is in flight')
  streams[0]?.end()
  expect(JSON.stringify(await (await calling).json())).toContain('ended its stream')
  expect((await post(ping, session)).status).toBe(404)
})

test.each([
  ['another host', 'http://127.0.0.1:1/message'],
  ['another scheme', 'https://127.0.0.1/message'],
  ['a host without a scheme', '//example.com/message'],
  ['no address at all', 'http://'],
])('an address at %s is refused: nothing is posted there', async (_what, address) => {
  endpoint = () => address
  const answer = await post({ id: 0, method: 'initialize', params: greet })
  expect(JSON.stringify(await answer.json())).toContain('another origin')
  expect(requests).toEqual(['POST /mcp', 'GET /mcp'])
  await until(() => streams[0]?.destroyed === true, 'the stream is closed')
})

test('a server that names no address in time is none of HTTP+SSE, and its stream is given up', async () => {
  endpoint = () => ''
  const pools = new HttpPools(allowByReach, systemClock, new Spool())
  const server = benchServer('server', { kind: 'http', url: upstream.url })
  const silent = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(': nothing more\n\n')
  })
  const mute = benchServer('mute', { kind: 'http', url: silent.url })
  expect(await openSse(pools, mute, new AbortController().signal, 50)).toBeUndefined()
  await until(() => pools.running() === 0, 'its socket is given back')
  const gone = benchServer('gone', { kind: 'http', url: 'http://127.0.0.1:1/' })
  expect(await openSse(pools, gone, new AbortController().signal)).toBeUndefined()
  const stop = new AbortController()
  stop.abort(new Problem('test.stop', { status: 499, title: 'Enough.', retryable: false }))
  await expect(openSse(pools, server, stop.signal)).rejects.toThrow('Enough')
  await pools.close()
  await silent.stop()
})
