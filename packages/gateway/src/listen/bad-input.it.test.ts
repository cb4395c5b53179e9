import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { JSON_DEPTH_MAX } from '../protocol/json/scan.ts'
import { LEGACY_REVISIONS } from '../protocol/revisions.ts'
import { REQUEST_BYTES_MAX } from './request-body.ts'
import { BENCH_KEYS, benchServer, startRelayBench, type RelayBench } from './testing.ts'
import { jsonHeaders } from './testing-messages.ts'
import { startUpstream, type TestUpstream } from './testing-upstream.ts'

/** A server that agrees on whatever revision it is asked for, and counts what reaches it. */
let upstream: TestUpstream
let bench: RelayBench
let reached: string[] = []

beforeAll(async () => {
  upstream = await startUpstream((_request, response, body) => {
    const { id, method, params } = JSON.parse(body === '' ? '{}' : body) as {
      id?: unknown
      method?: string
      params?: { protocolVersion?: string }
    }
    if (id === undefined) return void response.writeHead(202).end()
    if (method !== 'initialize') reached.push(body)
    const { protocolVersion } = params ?? {}
    response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'theirs' })
    response.end(
      JSON.stringify({ jsonrpc: '2.0', id, result: { protocolVersion, capabilities: {} } }),
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

type Sent = {
  readonly body: string | Uint8Array<ArrayBuffer>
  readonly headers?: Record<string, string>
  readonly method?: string
}

async function send({ body, headers = {}, method = 'POST' }: Sent): Promise<Response> {
  const isRead = method !== 'POST'
  return await fetch(bench.endpoint('server'), {
    method,
    headers: { ...jsonHeaders(), ...headers },
    ...(isRead ? {} : { body }),
  })
}

async function open(revision: string): Promise<Record<string, string>> {
  const params = { protocolVersion: revision, capabilities: {} }
  const opened = await send({
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
  })
  await opened.text()
  return { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' }
}

const message = (more: string): string => `{"jsonrpc":"2.0",${more}}`
const withId = (id: string): string => message(`"id":${id},"method":"ping"`)
const ping = withId('1')
const call = (params: string): string => message(`"id":1,"method":"tools/call","params":${params}`)
const nested = (levels: number): string =>
  call(`{"name":"x","arguments":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}}`)
const bytes = (...texts: (string | number[])[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(texts.flatMap((text) => [...Buffer.from(text)]))

/** What is sent, the status that it gets, and the JSON-RPC code; undefined where HTTP itself refuses. */
const BAD: readonly (readonly [string, Sent, number, number | undefined])[] = [
  ['no JSON', { body: '{"jsonrpc":' }, 400, -32700],
  ['nothing', { body: '' }, 400, -32700],
  ['two messages in a row', { body: ping + ping }, 400, -32700],
  ['a byte order mark', { body: bytes([0xef, 0xbb, 0xbf], ping) }, 400, -32700],
  [
    'invalid UTF-8 in a string',
    { body: bytes('{"jsonrpc":"2.0","x":"', [0xc3, 0x28], '"}') },
    415,
    undefined,
  ],
  ['half a surrogate in UTF-8', { body: bytes('"', [0xed, 0xa0, 0x80], '"') }, 415, undefined],
  ['UTF-16', { body: Uint8Array.from(Buffer.from(ping, 'utf16le')) }, 400, -32700],
  ['too deep an argument', { body: nested(JSON_DEPTH_MAX) }, 400, -32700],
  ['depth without end', { body: nested(200_000) }, 400, -32700],
  [
    'too large a body',
    { body: message(`"id":1,"method":"x","params":{"a":"${'x'.repeat(REQUEST_BYTES_MAX)}"}`) },
    413,
    undefined,
  ],
  ['a bare value', { body: '42' }, 400, -32600],
  ['a bare null', { body: 'null' }, 400, -32600],
  ['no version', { body: '{"id":1,"method":"ping"}' }, 400, -32600],
  ['another version', { body: '{"jsonrpc":"1.0","id":1,"method":"ping"}' }, 400, -32600],
  ['a version that is a number', { body: '{"jsonrpc":2.0,"id":1,"method":"ping"}' }, 400, -32600],
  ['an id that is null', { body: withId('null') }, 400, -32600],
  ['an id that is a fraction', { body: withId('1.5') }, 400, -32600],
  ['an id with an exponent', { body: withId('1e3') }, 400, -32600],
  ['an id that is an object', { body: withId('{}') }, 400, -32600],
  ['an id that is a list', { body: withId('[1]') }, 400, -32600],
  ['an id that is a boolean', { body: withId('true') }, 400, -32600],
  ['an empty method', { body: message('"id":1,"method":""') }, 400, -32600],
  ['a method that is a number', { body: message('"id":1,"method":1') }, 400, -32600],
  ['neither method nor result', { body: message('"id":1') }, 400, -32600],
  [
    'result and error at once',
    { body: message('"id":1,"result":{},"error":{"code":1,"message":""}') },
    400,
    -32600,
  ],
  ['params that are a list', { body: message('"id":1,"method":"ping","params":[1]') }, 400, -32600],
  [
    'params that are a string',
    { body: message('"id":1,"method":"ping","params":"x"') },
    400,
    -32600,
  ],
  ['params that are null', { body: message('"id":1,"method":"ping","params":null') }, 400, -32600],
  ['two ids', { body: message('"id":1,"id":2,"method":"ping"') }, 400, -32600],
  ['two methods', { body: message('"id":1,"method":"ping","method":"tools/call"') }, 400, -32600],
  [
    'two methods, one escaped',
    { body: message('"id":1,"method":"ping","meth\\u006fd":"x"') },
    400,
    -32600,
  ],
  ['two params', { body: message('"id":1,"method":"ping","params":{},"params":{}') }, 400, -32600],
  ['two names', { body: call('{"name":"free","name":"paid"}') }, 400, -32600],
  ['two _meta', { body: call('{"name":"x","_meta":{},"_meta":{}}') }, 400, -32600],
  ['no media type', { body: ping, headers: { 'content-type': '' } }, 415, undefined],
  ['plain text', { body: ping, headers: { 'content-type': 'text/plain' } }, 415, undefined],
  [
    'another charset',
    { body: ping, headers: { 'content-type': 'application/json; charset=utf-16' } },
    415,
    undefined,
  ],
  [
    'a form',
    { body: ping, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    415,
    undefined,
  ],
  [
    'an Accept without events',
    { body: ping, headers: { accept: 'application/json' } },
    406,
    undefined,
  ],
  [
    'an Accept without JSON',
    { body: ping, headers: { accept: 'text/event-stream' } },
    406,
    undefined,
  ],
  ['an Accept of another kind', { body: ping, headers: { accept: 'text/html' } }, 406, undefined],
  [
    'a stream that takes no events',
    { body: '', method: 'GET', headers: { accept: 'application/json' } },
    406,
    undefined,
  ],
  [
    'a session of nobody',
    { body: ping, headers: { 'mcp-session-id': 'gateway.nobody' } },
    404,
    404_001,
  ],
  [
    'a session that is no id',
    { body: ping, headers: { 'mcp-session-id': '../../etc/passwd' } },
    404,
    404_001,
  ],
  [
    'the session of another key',
    { body: ping, headers: { authorization: `Bearer ${BENCH_KEYS.bob}` } },
    404,
    404_001,
  ],
  ['no key', { body: ping, headers: { authorization: '' } }, 401, undefined],
  [
    'a revision that never was',
    { body: ping, headers: { 'mcp-protocol-version': '1999-01-01' } },
    400,
    -32600,
  ],
  [
    'two revisions',
    { body: ping, headers: { 'mcp-protocol-version': '2025-06-18, 2025-11-25' } },
    400,
    -32600,
  ],
  ['a method of HTTP that is not served', { body: '', method: 'PUT' }, 405, undefined],
  [
    'the end of a session that nobody names',
    { body: '', method: 'DELETE', headers: { 'mcp-session-id': 'gateway.x' } },
    404,
    404_001,
  ],
]

describe.each(LEGACY_REVISIONS)('a session of %s', (revision) => {
  test.each(BAD)('%s', async (_what, sent, status, code) => {
    const session = await open(revision)
    reached = []
    const answer = await send({ ...sent, headers: { ...session, ...sent.headers } })
    const text = await answer.text()
    expect([answer.status, text]).toEqual([status, expect.anything()])
    if (code !== undefined) expect(JSON.parse(text)).toMatchObject({ error: { code } })
    // A refusal is JSON with words, and nothing of what is refused reaches the server.
    expect(JSON.parse(text)).toBeTypeOf('object')
    expect(reached).toEqual([])
    // The session and the connection are as good as before.
    const next = await send({ body: ping, headers: session })
    expect(await next.json()).toMatchObject({ id: 1, result: {} })
  })

  test.each([
    ['a large number', '12345678901234567890123'],
    ['a negative one', '-7'],
    ['an empty string', '""'],
    ['a number as a string', '"1"'],
    ['an escaped string', '"\\u00e4\\n\\ud83d\\ude00"'],
    ['a long string', JSON.stringify('x'.repeat(100_000))],
  ])('an id that is %s comes back as it was written', async (_what, id) => {
    const answer = await send({ body: withId(id), headers: await open(revision) })
    expect(await answer.text()).toContain(`"id":${id},`)
  })

  test('a batch is refused unless the revision has them', async () => {
    const answer = await send({ body: `[${ping}]`, headers: await open(revision) })
    expect(answer.status).toBe(revision === '2025-03-26' ? 200 : 400)
    await answer.text()
  })
})

test('nothing of ours failed on the way', () => {
  expect(bench.bugs).toEqual([])
})
