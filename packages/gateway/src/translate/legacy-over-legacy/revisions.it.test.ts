import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { LEGACY_REVISIONS } from '../../protocol/revisions.ts'
import { aggregateBefore } from '../../route/aggregate/subscriptions/testing-relay.ts'
import { benchServer, startRelayBench, type RelayBench } from '../../listen/testing.ts'
import { jsonHeaders, modernRequest } from '../../listen/testing-messages.ts'
import { startUpstream, until, type TestUpstream } from '../../listen/testing-upstream.ts'

/** A legacy server of one revision: it chooses it whatever is asked for, and takes no request that names another. */
let upstream: TestUpstream
let speaks = ''
let isStreaming = false
/** Whether it refuses to greet in another revision, and how. */
let refusal: { readonly code: number; readonly status: number } | undefined
/** What came after each greeting: the method, and the revision that the header named. */
let heard: { what: string; version: string | undefined }[] = []
const open: RelayBench[] = []
/** Kinds of content of three revisions: 2024-11-05, 2025-03-26 and 2025-06-18. */
const CONTENT = [
  { type: 'text', text: 'hello' },
  { type: 'audio', data: 'UklGRg==', mimeType: 'audio/wav' },
  { type: 'resource_link', uri: 'test://linked', name: 'linked', later: 1 },
]

beforeAll(async () => {
  upstream = await startUpstream((request, response, body) => {
    const message = JSON.parse(body === '' ? '{}' : body) as {
      id?: number
      method?: string
      params?: { protocolVersion?: string }
    }
    const { id, method, params } = message
    const header = request.headers['mcp-protocol-version']
    const version = Array.isArray(header) ? header.join() : header
    const what = method ?? request.method ?? ''
    if (method !== 'initialize') {
      heard.push({ what, version })
      if (version !== speaks) return void response.writeHead(400).end()
    }
    if (request.method === 'DELETE') return void response.writeHead(200).end()
    if (request.method === 'POST' && id === undefined) return void response.writeHead(202).end()
    const isEvents = isStreaming || request.method === 'GET'
    const isRefused = method === 'initialize' && params?.protocolVersion !== speaks
    if (isRefused && refusal !== undefined) {
      const { code, status } = refusal
      const type = isEvents ? 'text/event-stream' : 'application/json'
      response.writeHead(status, { 'content-type': type })
      const error = { code, message: 'Unsupported protocol version', data: { supported: [speaks] } }
      const text = JSON.stringify({ jsonrpc: '2.0', id, error })
      return void response.end(isEvents ? `data: ${text}\n\n` : text)
    }
    response.writeHead(200, {
      'content-type': isEvents ? 'text/event-stream' : 'application/json',
      ...(method === 'initialize' ? { 'mcp-session-id': 'theirs' } : {}),
    })
    if (request.method === 'GET') {
      response.flushHeaders()
      return
    }
    const text = JSON.stringify({ jsonrpc: '2.0', id, result: resultOf(method) })
    response.end(isEvents ? `id: 1\nretry: 5\ndata: \n\ndata: ${text}\n\n` : text)
  })
})
beforeEach(() => {
  heard = []
  isStreaming = false
  refusal = undefined
})
afterEach(async () => {
  const [bug] = open.flatMap((bench) => bench.bugs)
  await Promise.all(open.splice(0).map((bench) => bench.close()))
  if (bug !== undefined) throw bug
})
afterAll(() => upstream.stop())

function resultOf(method: string | undefined): object {
  if (method === 'tools/list')
    return { tools: [{ name: 'greet', inputSchema: { type: 'object' } }], odd: '1.50' }
  if (method === 'tools/call') return { content: CONTENT }
  const serverInfo = { name: 'strict', version: '1' }
  return { serverInfo, protocolVersion: speaks, capabilities: { tools: {} }, more: 'kept' }
}

async function gateway(): Promise<RelayBench> {
  const server = benchServer('strict', { kind: 'http', url: upstream.url }, { era: 'legacy' })
  const bench = await startRelayBench({ servers: [server], more: [aggregateBefore(server)] })
  open.push(bench)
  return bench
}

type Session = Record<string, string>

async function send(url: string, session: Session, message: object): Promise<Response> {
  return await fetch(url, {
    method: 'POST',
    headers: { ...jsonHeaders(), ...session },
    body: JSON.stringify(message),
  })
}

const request = (id: string, method: string, params: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
})

/** Initializes as a client of a revision, and names it from then on as that revision does. */
async function initialize(
  url: string,
  revision: string,
): Promise<{ session: Session; text: string }> {
  const opened = await send(
    url,
    {},
    request('i', 'initialize', { protocolVersion: revision, capabilities: {}, clientInfo: {} }),
  )
  expect(opened.status).toBe(200)
  const text = await opened.text()
  const id = opened.headers.get('mcp-session-id') ?? ''
  // The header is younger than 2025-03-26.
  const named = revision < '2025-06-18' ? {} : { 'mcp-protocol-version': revision }
  const session: Session = { 'mcp-session-id': id, ...named }
  const done = await send(url, session, { jsonrpc: '2.0', method: 'notifications/initialized' })
  expect(done.status).toBe(202)
  return { session, text }
}

const PAIRS = LEGACY_REVISIONS.flatMap((client) =>
  LEGACY_REVISIONS.filter((server) => server !== client).map((server) => ({ client, server })),
)
const call = request('c', 'tools/call', { name: 'greet', arguments: {} })

describe.each(PAIRS)('a client of $client before a server of $server', ({ client, server }) => {
  test.each([false, true])(
    'is answered in its own revision, and the server hears its own alone (events: %s)',
    async (streams) => {
      speaks = server
      isStreaming = streams
      const bench = await gateway()
      const url = bench.endpoint('strict')
      const { session, text } = await initialize(url, client)
      const answer = JSON.stringify({
        jsonrpc: '2.0',
        id: 'i',
        result: { ...resultOf('initialize'), protocolVersion: client },
      })
      const primed = client === '2025-11-25' ? 'data: \n' : ''
      expect(text).toBe(streams ? `id: 1\nretry: 5\n${primed}\ndata: ${answer}\n\n` : answer)
      const called = await send(url, session, call)
      expect(called.status).toBe(200)
      // Kinds that are younger than the client's revision are not rewritten.
      expect(await called.text()).toContain(JSON.stringify({ content: CONTENT }))
      const leaving = new AbortController()
      const { signal } = leaving
      const stream = await fetch(url, { headers: { ...jsonHeaders(), ...session }, signal })
      expect(stream.status).toBe(200)
      leaving.abort()
      const headers = { ...jsonHeaders(), ...session }
      expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(200)
      await until(() => heard.some(({ what }) => what === 'DELETE'), 'the server hears the end')
      expect(heard).toEqual(
        ['notifications/initialized', 'tools/call', 'GET', 'DELETE'].map((what) => ({
          what,
          version: server,
        })),
      )
    },
  )

  test('goes on so in the next process', async () => {
    speaks = server
    isStreaming = true
    const first = await gateway()
    const { session } = await initialize(first.endpoint('strict'), client)
    await first.close()
    open.length = 0
    const second = await gateway()
    const other = { ...session, 'mcp-protocol-version': server }
    expect((await send(second.endpoint('strict'), session, call)).status).toBe(200)
    expect((await send(second.endpoint('strict'), other, call)).status).toBe(400)
    expect(new Set(heard.map(({ version }) => version))).toEqual(new Set([server]))
  })

  test('is served by the aggregate in both revisions', async () => {
    speaks = server
    const first = await gateway()
    const { session, text } = await initialize(`${first.url}/mcp`, client)
    expect(JSON.parse(text)).toMatchObject({ result: { protocolVersion: client } })
    expect((await send(`${first.url}/mcp`, session, call)).status).toBe(200)
    await first.close()
    open.length = 0
    const second = await gateway()
    const again = await send(`${second.url}/mcp`, session, call)
    expect(await again.text()).toContain('hello')
    expect(new Set(heard.map(({ version }) => version))).toEqual(new Set([server]))
  })
})

test('DELETE names the server’s revision when nothing else was said before', async () => {
  speaks = '2025-06-18'
  const url = (await gateway()).endpoint('strict')
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: {} }
  const opened = await send(url, {}, request('i', 'initialize', params))
  const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' }
  const headers = { ...jsonHeaders(), ...session }
  expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(200)
  expect(heard).toEqual([{ what: 'DELETE', version: '2025-06-18' }])
})

test('batches are the client’s own revision’s: taken apart for a server without, refused to a client without', async () => {
  const batch = [request('a', 'tools/call', call.params), request('b', 'ping')]
  speaks = '2025-11-25'
  const url = (await gateway()).endpoint('strict')
  const older = await initialize(url, '2025-03-26')
  const answered = await send(url, older.session, batch)
  expect(answered.status).toBe(200)
  expect(await answered.text()).toMatch(/"id":"a"[^]*"id":"b"|"id":"b"[^]*"id":"a"/)
  speaks = '2025-03-26'
  const newer = await initialize(url, '2025-11-25')
  expect((await send(url, newer.session, batch)).status).toBe(400)
})

test.each(['2024-10-07', '1.0', 'latest'])(
  'a client of %s, which is none of ours, gets what the server says',
  async (asked) => {
    speaks = '2025-06-18'
    const url = (await gateway()).endpoint('strict')
    const params = { protocolVersion: asked, capabilities: {}, clientInfo: {} }
    const opened = await send(url, {}, request('i', 'initialize', params))
    expect(await opened.json()).toEqual({ jsonrpc: '2.0', id: 'i', result: resultOf('initialize') })
    const id = opened.headers.get('mcp-session-id') ?? ''
    const session = { 'mcp-session-id': id, 'mcp-protocol-version': '2025-06-18' }
    expect((await send(url, session, call)).status).toBe(200)
  },
)

test('a server that chooses a revision which is none of ours is passed on as it is', async () => {
  speaks = '2025-01-01'
  const url = (await gateway()).endpoint('strict')
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: {} }
  const opened = await send(url, {}, request('i', 'initialize', params))
  expect(await opened.json()).toMatchObject({ result: { protocolVersion: '2025-01-01' } })
})

test.each([
  { code: -32602, status: 200, streams: false },
  { code: -32602, status: 200, streams: true },
  { code: -32022, status: 400, streams: false },
])(
  'a server that refuses to greet and names its revision ($code, status $status, events: $streams) is asked once more for that one',
  async ({ code, status, streams }) => {
    speaks = '2025-06-18'
    refusal = { code, status }
    isStreaming = streams
    const bench = await gateway()
    for (const url of [bench.endpoint('strict'), `${bench.url}/mcp`]) {
      const { session, text } = await initialize(url, '2025-11-25')
      expect(text).toContain('"protocolVersion":"2025-11-25"')
      expect(await (await send(url, session, call)).text()).toContain('hello')
    }
    const modern = await fetch(bench.endpoint('strict'), modernRequest('tools/list'))
    expect(await modern.text()).toContain('greet')
    // At a 400 the older transport is looked for, which has no revisions.
    const posted = heard.filter(({ what }) => what !== 'GET')
    expect(new Set(posted.map(({ version }) => version))).toEqual(new Set([speaks]))
  },
)

test('a server that refuses to greet and has no revision of ours is passed on as it is', async () => {
  speaks = '2025-01-01'
  refusal = { code: -32602, status: 200 }
  const url = (await gateway()).endpoint('strict')
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: {} }
  const opened = await send(url, {}, request('i', 'initialize', params))
  expect(await opened.json()).toMatchObject({ error: { data: { supported: ['2025-01-01'] } } })
})
