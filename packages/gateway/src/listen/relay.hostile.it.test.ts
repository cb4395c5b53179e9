import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { HEADER_BYTES_MAX } from './http-listener.ts'
import { REQUEST_BYTES_MAX } from './request-body.ts'
import { benchServer, startRelayBench, type RelayBench } from './testing.ts'
import { jsonHeaders, modernRequest, resultFor } from './testing-messages.ts'
import { startUpstream, type TestUpstream } from './testing-upstream.ts'

let upstream: TestUpstream
let bench: RelayBench
let reached = 0

beforeAll(async () => {
  upstream = await startUpstream((_request, response, body) => {
    reached += 1
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(resultFor(body, { content: [] }))
  })
  bench = await startRelayBench({
    servers: [benchServer('server', { kind: 'http', url: upstream.url })],
    headersTimeoutMs: 1_000,
    bodyTimeoutMs: 300,
  })
})
afterAll(async () => {
  await bench.close()
  await upstream.stop()
})
afterEach(async () => {
  // Whatever a test did, the next honest call is served.
  const before = reached
  const response = await fetch(
    bench.endpoint('server'),
    modernRequest('tools/call', { name: 'x', arguments: {} }),
  )
  await response.text()
  if (response.status !== 200 || reached !== before + 1)
    throw new Error('an honest call was not served')
  const [bug] = bench.bugs.splice(0)
  if (bug !== undefined) throw bug
})

async function open(): Promise<Socket> {
  const socket = connect(Number(new URL(bench.url).port), '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

/** Everything that comes until the gateway closes or has sent a whole answer. */
async function answerOf(socket: Socket): Promise<string> {
  let text = ''
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    text += chunk.toString()
    const [head, body] = text.split('\r\n\r\n')
    const length = /content-length: (\d+)/i.exec(head ?? '')?.[1]
    if (length !== undefined && body !== undefined && Buffer.byteLength(body) >= Number(length))
      break
  }
  socket.destroy()
  return text
}

async function raw(text: string): Promise<string> {
  const socket = await open()
  socket.write(text)
  return await answerOf(socket)
}

const head = (more: Record<string, string> = {}): string =>
  `POST /s/server/mcp HTTP/1.1\r\n${Object.entries({ host: '127.0.0.1', ...jsonHeaders(), ...more })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}`
const withBody = (body: string, more: Record<string, string> = {}): string =>
  `${head({ 'content-length': String(Buffer.byteLength(body)), ...more })}\r\n${body}`
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])
const rpcCodeOf = (answer: string): unknown =>
  (JSON.parse(answer.split('\r\n\r\n')[1] ?? '{}') as { error?: { code: unknown } }).error?.code

test.each([
  ['malformed JSON', '{"jsonrpc":', -32700],
  ['an empty body', '', -32700],
  ['a batch of nothing', '[]', -32600],
  ['half a batch', '[{"jsonrpc":"2.0","id":1,"method":"ping"}', -32700],
  ['a bare value', '42', -32600],
  ['no version', '{"id":1,"method":"ping"}', -32600],
  ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600],
  ['an id that is a fraction', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600],
  ['params that are an array', '{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', -32600],
  ['two methods', '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}', -32600],
  [
    'two names, one escaped',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"free","n\\u0061me":"paid"}}',
    -32600,
  ],
  [
    'two _meta',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","_meta":{},"_meta":{}}}',
    -32600,
  ],
  [
    'two of a key in _meta',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","_meta":{"a":1,"a":2}}}',
    -32600,
  ],
  [
    'nesting without end',
    `{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
    -32700,
  ],
])('%s is refused with the code of JSON-RPC', async (_what, body, code) => {
  const before = reached
  const answer = await raw(withBody(body))
  expect([statusOf(answer), rpcCodeOf(answer)]).toEqual([400, code])
  expect(reached).toBe(before)
})

test.each([
  ['a list', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":["paid"]}}'],
  ['nothing', '{"jsonrpc":"2.0","id":1,"method":"tools/call"}'],
])(
  'a tool whose name is %s is refused before anything is decided by that name',
  async (_what, body) => {
    const before = reached
    expect(rpcCodeOf(await raw(withBody(body)))).toBe(-32602)
    expect(reached).toBe(before)
  },
)

test('a body that is no UTF-8 is refused', async () => {
  const socket = await open()
  socket.write(`${head({ 'content-length': '3' })}\r\n`)
  socket.write(Buffer.from([0x22, 0xff, 0x22]))
  expect(statusOf(await answerOf(socket))).toBe(415)
})

test('a body over the limit is refused, announced or not, without being read to its end', async () => {
  expect(
    statusOf(await raw(`${head({ 'content-length': String(REQUEST_BYTES_MAX + 1) })}\r\n`)),
  ).toBe(413)
  const socket = await open()
  socket.on('error', () => undefined)
  socket.write(`${head({ 'transfer-encoding': 'chunked' })}\r\n`)
  const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`
  const answer = answerOf(socket)
  for (let sent = 0; sent <= REQUEST_BYTES_MAX && !socket.destroyed; sent += 0x10000)
    socket.write(chunk)
  expect(statusOf(await answer)).toBe(413)
})

test('headers over the limit are refused', async () => {
  expect(statusOf(await raw(`${head({ 'x-long': 'x'.repeat(HEADER_BYTES_MAX) })}\r\n`))).toBe(431)
})

test('a client that sends its headers or its body drop by drop does not hold a socket', async () => {
  const slowHead = await open()
  slowHead.write('POST /s/server/mcp HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ')
  const slowBody = await open()
  slowBody.write(`${head({ 'content-length': '100' })}\r\n{"json`)
  expect(statusOf(await answerOf(slowBody))).toBe(408)
  expect(statusOf(await answerOf(slowHead))).toBe(408)
})

test('who cannot say who it is, from which page, for which host, in which form, is refused by status', async () => {
  const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
  const cases: [Record<string, string>, number][] = [
    [{ authorization: 'Bearer wrong' }, 401],
    [{ host: 'evil.example' }, 403],
    [{ host: '127.0.0.1.evil.example' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'content-type': 'text/plain' }, 415],
    [{ 'content-type': 'application/json; charset=latin1' }, 415],
    [{ accept: 'application/json' }, 406],
    [{ 'mcp-session-id': 'unknown' }, 404],
    [{ 'mcp-protocol-version': '1999-01-01' }, 400],
  ]
  for (const [headers, status] of cases) {
    const answer = await raw(withBody(body, headers))
    expect([headers, statusOf(answer)]).toEqual([headers, status])
    if (status === 401) expect(answer.toLowerCase()).toContain('www-authenticate: bearer')
  }
})

test('an unknown endpoint and an unknown HTTP method are refused by status', async () => {
  const at = (line: string): string =>
    withBody('{"jsonrpc":"2.0","id":1,"method":"ping"}').replace('POST /s/server/mcp', line)
  expect(statusOf(await raw(at('POST /s/nobody/mcp')))).toBe(404)
  expect(statusOf(await raw(at('POST /')))).toBe(404)
  expect(statusOf(await raw(at('PUT /s/server/mcp')))).toBe(405)
  expect(statusOf(await raw(at('DELETE /s/server/mcp')))).toBe(400)
})

test('clients that break off at any point leave nothing behind', async () => {
  const whole = withBody(
    modernRequest('tools/call', { name: 'x', arguments: {} }).body,
    modernRequest('tools/call', { name: 'x' }).headers,
  )
  await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const socket = await open()
      socket.on('error', () => undefined)
      socket.end(whole.slice(0, Math.floor((whole.length * index) / 59)))
      socket.resetAndDestroy()
    }),
  )
  const { calls } = bench.relay.load()
  expect(calls).toBeLessThan(60)
})
