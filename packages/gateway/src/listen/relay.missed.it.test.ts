import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Endpoint } from '../route/endpoint.ts'
import { benchServer, startRelayBench, type RelayBench } from './testing.ts'
import { jsonHeaders } from './testing-messages.ts'
import { startUpstream, until, type TestUpstream } from './testing-upstream.ts'

/** A legacy server that can lose its streams, or itself. */
let upstream: TestUpstream
let bench: RelayBench
let serverSessions = new Set<string>()
let opened = 0
let streams: { session: string; lastEventId: string | undefined; response: ServerResponse }[] = []
let subscribed: string[] = []
let levels: string[] = []
/** What it says to a session that it does not know. */
let lossStatus = 404
/** Resources that it does not have any more. */
let gone = new Set<string>()

const capabilities = {
  tools: { listChanged: true },
  prompts: {},
  resources: { listChanged: true, subscribe: true },
}
const MISSED = [
  'notifications/tools/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated test://watched',
]

beforeEach(async () => {
  ;[serverSessions, opened, streams, subscribed, lossStatus] = [new Set(), 0, [], [], 404]
  gone = new Set()
  levels = []
  upstream = await startUpstream((request, response, body) => {
    const session = String(request.headers['mcp-session-id'])
    const message = JSON.parse(body === '' ? '{}' : body) as {
      id?: number
      method?: string
      params?: { uri?: string; level?: string }
    }
    const { id, method, params } = message
    const answer = (more: object): void => {
      response.writeHead(200, {
        'content-type': 'application/json',
        ...(method === 'initialize' ? { 'mcp-session-id': `theirs-${opened}` } : {}),
      })
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...more }))
    }
    if (method === 'initialize') {
      opened += 1
      serverSessions.add(`theirs-${opened}`)
      return answer({ result: { protocolVersion: '2025-06-18', capabilities } })
    }
    if (!serverSessions.has(session)) return void response.writeHead(lossStatus).end()
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      const lastEventId = request.headers['last-event-id']
      streams.push({ session, lastEventId: lastEventId?.toString(), response })
      return
    }
    if (id === undefined) return void response.writeHead(202).end()
    const uri = params?.uri ?? ''
    if (gone.has(uri)) return answer({ error: { code: -32002, message: 'no such resource' } })
    if (method === 'logging/setLevel') levels.push(`${session} ${params?.level}`)
    if (method === 'resources/subscribe') subscribed.push(`${session} ${uri}`)
    answer({ result: {} })
  })
  const server = benchServer('server', { kind: 'http', url: upstream.url })
  const aggregate: Endpoint = {
    id: 'mcp',
    server: undefined,
    resolve: ({ method, kind }) => {
      if (method === 'initialize') {
        const result = { protocolVersion: '2025-11-25', capabilities, serverInfo: {} }
        return Promise.resolve({ kind: 'answer', resultText: JSON.stringify(result) })
      }
      return Promise.resolve(
        kind === 'notification' ? { kind: 'broadcast' } : { kind: 'relay', server },
      )
    },
  }
  bench = await startRelayBench({ servers: [server], more: [aggregate] })
})
afterEach(async () => {
  await bench.close()
  await upstream.stop()
  const [bug] = bench.bugs.splice(0)
  if (bug !== undefined) throw bug
})

type Session = Record<string, string>

function post(session: Session, message: object): Promise<Response> {
  return fetch(`${bench.url}/mcp`, {
    method: 'POST',
    headers: { ...jsonHeaders(), ...session },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  })
}

async function open(): Promise<Session> {
  const params = { protocolVersion: '2025-11-25', capabilities: {} }
  const answer = await post({}, { id: 0, method: 'initialize', params })
  await answer.text()
  return { 'mcp-session-id': answer.headers.get('mcp-session-id') ?? '' }
}

const subscribe = (uri: string): object => ({
  id: uri,
  method: 'resources/subscribe',
  params: { uri },
})

/** Opens the client's stream; what it hears, as `method uri`. */
async function listen(session: Session): Promise<{ heard: string[]; leave(): void }> {
  const leave = new AbortController()
  const response = await fetch(`${bench.url}/mcp`, {
    headers: { ...jsonHeaders(), ...session },
    signal: leave.signal,
  })
  const heard: string[] = []
  const read = async (): Promise<void> => {
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString()
      heard.splice(
        0,
        heard.length,
        ...[...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => {
          const message = JSON.parse(data ?? '') as { method: string; params?: { uri: string } }
          return `${message.method} ${message.params?.uri ?? ''}`.trim()
        }),
      )
    }
  }
  read().catch(() => undefined)
  return { heard, leave: () => leave.abort() }
}

test('a stream that broke without event ids is opened again, and the client is told what it may have missed', async () => {
  const session = await open()
  await post(session, subscribe('test://watched'))
  const { heard, leave } = await listen(session)
  await until(() => streams.length === 1, 'the stream is open')
  expect(heard).toEqual([])
  streams[0]?.response.end()
  await until(() => streams.length === 2, 'the stream is opened again')
  await until(() => heard.length >= MISSED.length, 'the client is told')
  expect(new Set(heard)).toEqual(new Set(MISSED))
  expect(opened).toBe(1)
  leave()
})

test('a stream that broke with event ids is resumed, and nothing is made up', async () => {
  const session = await open()
  await post(session, subscribe('test://watched'))
  const { heard, leave } = await listen(session)
  await until(() => streams.length === 1, 'the stream is open')
  const changed = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message' })
  streams[0]?.response.end(`id: 41\ndata: ${changed}\n\n`)
  await until(() => streams.length === 2, 'the stream is opened again')
  expect(streams[1]?.lastEventId).toBe('41')
  streams[1]?.response.write(`id: 42\ndata: ${changed}\n\n`)
  await until(() => heard.length === 2, 'the resumed stream is relayed')
  expect(heard).toEqual(Array(2).fill('notifications/message'))
  leave()
})

test.each([404, 400])(
  'a server that was started anew and says %i is greeted and subscribed again, and the client is told, without a call',
  async (status) => {
    lossStatus = status
    const session = await open()
    await post(session, subscribe('test://watched'))
    await post(session, subscribe('test://lost'))
    await post(session, subscribe('test://not'))
    await post(session, { ...subscribe('test://not'), method: 'resources/unsubscribe' })
    const { heard, leave } = await listen(session)
    await until(() => streams.length === 1, 'the stream is open')
    ;[subscribed, gone] = [[], new Set(['test://lost'])]
    serverSessions.clear()
    streams[0]?.response.destroy()
    await until(() => heard.length >= MISSED.length, 'the client is told')
    expect(new Set(heard)).toEqual(new Set(MISSED))
    expect(subscribed).toEqual(['theirs-2 test://watched'])
    await until(() => streams.at(-1)?.session === 'theirs-2', 'the new session has a stream')
    expect(opened).toBe(2)
    leave()
  },
)

test('a restart that a call finds out repeats the subscriptions before the call is sent again', async () => {
  const session = await open()
  await post(session, subscribe('test://watched'))
  serverSessions.clear()
  subscribed = []
  const answer = await post(session, { id: 9, method: 'prompts/list' })
  expect(await answer.json()).toEqual({ jsonrpc: '2.0', id: 9, result: {} })
  expect(subscribed).toEqual(['theirs-2 test://watched'])
})

test('a session that ends while its server is away is not brought back', async () => {
  const session = await open()
  await post(session, subscribe('test://watched'))
  const { leave } = await listen(session)
  await until(() => streams.length === 1, 'the stream is open')
  await fetch(`${bench.url}/mcp`, { method: 'DELETE', headers: { ...jsonHeaders(), ...session } })
  serverSessions.clear()
  streams[0]?.response.destroy()
  expect((await post(session, { id: 9, method: 'prompts/list' })).status).toBe(404)
  expect(opened).toBe(1)
  leave()
})

test('the log level that the client set is repeated to a server that was started anew', async () => {
  const session = await open()
  const set = { id: 1, method: 'logging/setLevel', params: { level: 'warning' } }
  await (await post(session, set)).text()
  serverSessions.clear()
  await (await post(session, { id: 2, method: 'tools/call', params: { name: 'any' } })).text()
  expect(levels).toEqual(['theirs-1 warning', 'theirs-2 warning'])
})
