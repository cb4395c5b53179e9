import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { benchServer, startRelayBench, type RelayBench } from './testing.ts'
import { jsonHeaders } from './testing-messages.ts'
import { startUpstream, until, type TestUpstream } from './testing-upstream.ts'

/** A legacy server with an event store of one event: it lets go of a call's stream and answers on the resumed one. */
let upstream: TestUpstream
let bench: RelayBench
let session = ''
/** The id that the server got, and the streams that it has open. */
let calledWith: unknown
let resumes: { lastEventId: string; response: ServerResponse }[] = []
let cancelled: unknown[] = []
let slow: ServerResponse | undefined
/** Whether the server has forgotten its sessions. */
let isRestarted = false

beforeAll(async () => {
  upstream = await startUpstream((request, response, body) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.flushHeaders()
      resumes.push({ lastEventId: String(request.headers['last-event-id']), response })
      return
    }
    const message = JSON.parse(body === '' ? '{}' : body) as {
      id?: unknown
      method?: string
      params?: { requestId?: unknown }
    }
    if (message.method === 'initialize') {
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'theirs' })
      response.end(
        JSON.stringify({
          jsonrpc: '2.0',
          id: message.id,
          result: { protocolVersion: '2025-11-25' },
        }),
      )
      return
    }
    if (isRestarted) return void response.writeHead(404).end()
    if (message.method === 'tools/call') {
      calledWith = message.id
      if (body.includes('"slow"')) {
        slow = response
        return
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('id: 7\nretry: 10\ndata: \n\n')
      if (body.includes('"polling"')) response.end()
      return
    }
    if (message.method === 'notifications/cancelled') cancelled.push(message.params?.requestId)
    response.writeHead(202).end()
  })
  bench = await startRelayBench({
    servers: [
      benchServer(
        'server',
        { kind: 'http', url: upstream.url },
        { limits: { callTimeoutMs: 500 } },
      ),
    ],
    prices: { polling: 5n, leaving: 5n, slow: 5n },
  })
  const opened = await post({
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {} },
  })
  session = opened.headers.get('mcp-session-id') ?? ''
  await opened.text()
})
afterAll(async () => {
  await bench.close()
  await upstream.stop()
})
beforeEach(() => {
  bench.ledger.length = 0
  resumes = []
  cancelled = []
})

function post(message: object, init: RequestInit = {}): Promise<Response> {
  const headers = { ...jsonHeaders(), ...(session === '' ? {} : { 'mcp-session-id': session }) }
  return fetch(bench.endpoint('server'), {
    method: 'POST',
    headers,
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    ...init,
  })
}

function resume(lastEventId: string): Promise<Response> {
  const headers = { ...jsonHeaders(), 'mcp-session-id': session, 'last-event-id': lastEventId }
  return fetch(bench.endpoint('server'), { headers })
}

const answer = (): string =>
  `id: 8\ndata: ${JSON.stringify({ jsonrpc: '2.0', id: calledWith, result: { content: [] } })}\n\n`
const call = (name: string): object => ({ id: 'mine', method: 'tools/call', params: { name } })
const dataOf = (text: string): unknown => JSON.parse(/^data: (\{.*)$/m.exec(text)?.[1] ?? 'null')

test('a call whose stream ended early is settled once by its answer on the resumed stream, and a repeated answer is the same', async () => {
  const first = await (await post(call('polling'))).text()
  expect(first).toBe('id: 7\nretry: 10\ndata: \n\n')
  expect(bench.relay.load().calls).toBe(1)
  const texts: string[] = []
  for (let round = 0; round < 2; round += 1) {
    const resumed = resume('7')
    await until(() => resumes.length === round + 1, 'the server sees the resumed stream')
    expect(resumes[round]?.lastEventId).toBe('7')
    resumes[round]?.response.end(answer())
    texts.push(await (await resumed).text())
  }
  expect(texts[1]).toBe(texts[0])
  expect(dataOf(texts[0] ?? '')).toMatchObject({
    id: 'mine',
    result: { _meta: { 'io.mcp-orchestra/receipt': { eventId: bench.ledger[0]?.intent.callId } } },
  })
  expect(bench.ledger.map(({ end }) => end.outcome)).toEqual(['complete'])
  expect(bench.relay.load().calls).toBe(0)
})

test('a client that leaves does not cancel its call: it gets the answer when it comes back', async () => {
  const leave = new AbortController()
  const left = await post(call('leaving'), { signal: leave.signal })
  await left.body?.getReader().read()
  leave.abort()
  await until(() => bench.relay.load().sockets === 0, 'our side of the stream is given up')
  expect(cancelled).toEqual([])
  const resumed = resume('7')
  await until(() => resumes.length === 1, 'the server sees the resumed stream')
  resumes[0]?.response.end(answer())
  expect(dataOf(await (await resumed).text())).toMatchObject({ id: 'mine' })
  expect(bench.ledger.map(({ end }) => end.outcome)).toEqual(['complete'])
})

test('a complete result is charged even when the client left, since leaving is not cancelling', async () => {
  const leave = new AbortController()
  const left = post(call('slow'), { signal: leave.signal }).catch(() => undefined)
  await until(() => slow !== undefined, 'the call is at the server')
  leave.abort()
  await left
  slow?.writeHead(200, { 'content-type': 'application/json' })
  slow?.end(JSON.stringify({ jsonrpc: '2.0', id: calledWith, result: { content: [] } }))
  await until(() => bench.ledger.length === 1, 'the call is settled')
  expect(bench.ledger.map(({ end }) => end.outcome)).toEqual(['complete'])
  expect(cancelled).toEqual([])
})

test('a call that nobody resumes is released at its deadline, and the server is told to stop', async () => {
  await (await post(call('polling'))).text()
  await until(() => bench.ledger.length === 1, 'the deadline passes')
  expect(bench.ledger.map(({ end }) => end.outcome)).toEqual(['timeout'])
  await until(() => cancelled.length === 1, 'the server is told')
  expect(cancelled).toEqual([calledWith])
  expect(bench.bugs).toEqual([])
})

test('when the server has forgotten the session, the client is told to initialize again, and nothing is charged', async () => {
  isRestarted = true
  expect((await post(call('polling'))).status).toBe(404)
  isRestarted = false
  expect((await post(call('polling'))).status).toBe(404)
  expect(bench.ledger.map(({ end }) => end.outcome)).toEqual(['upstream_failed'])
  expect(bench.relay.load().sessions).toBe(0)
})
