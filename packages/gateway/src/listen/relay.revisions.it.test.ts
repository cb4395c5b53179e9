import { afterAll, beforeAll, expect, test } from 'vitest'
import { LEGACY_REVISIONS } from '../protocol/revisions.ts'
import { benchServer, startRelayBench, type RelayBench } from './testing.ts'
import { jsonHeaders } from './testing-messages.ts'
import { startUpstream, type TestUpstream } from './testing-upstream.ts'

/** A legacy server that agrees on the revision that the test names, and opens its streams with an empty event. */
let upstream: TestUpstream
let bench: RelayBench
let agreed = ''
let seen: (string | undefined)[] = []

beforeAll(async () => {
  upstream = await startUpstream((request, response, body) => {
    const { id, method } = JSON.parse(body === '' ? '{}' : body) as { id?: number; method?: string }
    if (method === 'initialize') {
      const result = { protocolVersion: agreed, capabilities: {} }
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'theirs' })
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
      return
    }
    if (id === undefined) return void response.writeHead(202).end()
    const version = request.headers['mcp-protocol-version']
    seen.push(Array.isArray(version) ? version.join() : version)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(
      `id: 1\nretry: 5\ndata: \n\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result: {} })}\n\n`,
    )
  })
  bench = await startRelayBench({
    servers: [benchServer('server', { kind: 'http', url: upstream.url })],
  })
})
afterAll(async () => {
  await bench.close()
  await upstream.stop()
})

async function open(asked: string): Promise<Record<string, string>> {
  const opened = await post({}, { id: 1, method: 'initialize', params: { protocolVersion: asked } })
  await opened.text()
  return { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' }
}

function post(headers: Record<string, string>, message: object): Promise<Response> {
  return fetch(bench.endpoint('server'), {
    method: 'POST',
    headers: { ...jsonHeaders(), ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  })
}

const ping = { id: 'mine', method: 'ping' }

test.each(LEGACY_REVISIONS)(
  'a session that agreed on %s is spoken in it: its header and none pass, every other one is 400',
  async (revision) => {
    agreed = revision
    // To a client that asked for none of ours the answer of the server says what is spoken.
    for (const asked of [revision, '1.0']) {
      const session = await open(asked)
      seen = []
      expect((await post(session, ping)).status).toBe(200)
      expect((await post({ ...session, 'mcp-protocol-version': revision }, ping)).status).toBe(200)
      expect(seen.at(-1)).toBe(revision)
      const sent = seen.length
      for (const other of [...LEGACY_REVISIONS, '1.0'].filter((one) => one !== revision)) {
        const headers = { ...session, 'mcp-protocol-version': other }
        const refused = await post(headers, ping)
        expect(refused.status).toBe(400)
        expect(await refused.json()).toMatchObject({ error: { code: -32600 } })
        const answer = await post(headers, { id: 5, result: {} })
        expect(answer.status).toBe(400)
        const stream = await fetch(bench.endpoint('server'), {
          headers: { ...jsonHeaders(), ...headers },
        })
        expect(stream.status).toBe(400)
        const ended = await fetch(bench.endpoint('server'), {
          method: 'DELETE',
          headers: { ...jsonHeaders(), ...headers },
        })
        expect(ended.status).toBe(400)
      }
      expect(seen).toHaveLength(sent)
    }
  },
)

test.each(LEGACY_REVISIONS)(
  'a client of %s gets no empty message at the start of a stream unless its revision has them',
  async (revision) => {
    agreed = revision
    const text = await (await post(await open(revision), ping)).text()
    const prime = revision === '2025-11-25' ? 'id: 1\nretry: 5\ndata: \n\n' : 'id: 1\nretry: 5\n\n'
    expect(text).toBe(`${prime}data: {"jsonrpc":"2.0","id":"mine","result":{}}\n\n`)
  },
)

test('without a session, a header of no revision is 400, and none is 2025-03-26', async () => {
  expect((await post({ 'mcp-protocol-version': '2025-01-01' }, ping)).status).toBe(400)
  expect(await (await post({}, ping)).text()).toContain('id: 1\nretry: 5\n\n')
})

test('nothing of ours failed on the way', () => {
  expect(bench.bugs).toEqual([])
})
