import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Peer } from './peers.ts'
import { benchServer, startRelayBench, type RelayBench } from './testing.ts'
import { jsonHeaders, modernRequest } from './testing-messages.ts'
import { startUpstream, until, type TestUpstream } from './testing-upstream.ts'

/** Time-outs of a connection, all of which the streams below outlive, in milliseconds. */
const HEADERS_TIMEOUT_MS = 400
const BODY_TIMEOUT_MS = 200
const KEEP_ALIVE_MS = 40
/** Comments that make a silence longer than every time-out and two looks at them: some 2.5 seconds. */
const COMMENTS_MIN = 62
const COMMENT = ': keep-alive\n\n'

/** What a flooding server offers, and what may be on its way to a client that does not read, in bytes. */
const FLOOD_BYTES = 96 * 1024 * 1024
const UNDER_WAY_BYTES_MAX = 48 * 1024 * 1024
const FLOOD_LINE = JSON.stringify({
  jsonrpc: '2.0',
  method: 'notifications/message',
  params: { level: 'info', data: 'x'.repeat(64 * 1024) },
})
const FLOOD_LINES = Math.ceil(FLOOD_BYTES / FLOOD_LINE.length)

/** A child that floods its client when a tool is called, and notes how many bytes it got rid of. */
const CHILD = `
const fs = require('fs')
const lines = require('readline').createInterface({ input: process.stdin })
const write = (text) => new Promise((resolve) => process.stdout.write(text + '\\n', resolve))
const send = (message) => write(JSON.stringify({ jsonrpc: '2.0', ...message }))
lines.on('line', async (line) => {
  const { id, method, params } = JSON.parse(line)
  if (method === 'initialize') return send({ id, result: { protocolVersion: params.protocolVersion, capabilities: {} } })
  if (method !== 'tools/call') return
  let bytes = 0
  for (let count = 0; count < ${FLOOD_LINES}; count += 1) {
    await write(process.env.LINE)
    bytes += process.env.LINE.length
    fs.writeFileSync(process.env.NOTES, String(bytes))
  }
  await send({ id, result: { content: [] } })
})
`

let upstream: TestUpstream
let first: RelayBench
let second: RelayBench
let folder: string
const slots: Peer[] = []
/** Streams that the server holds open, and what it has got rid of in a flood. */
let held: ServerResponse[] = []
let flooded = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lasting-'))
  upstream = await startUpstream((request, response, body) => {
    const { id, method, params } = JSON.parse(body === '' ? '{}' : body) as {
      id?: number
      method?: string
      params?: { protocolVersion?: string; name?: string }
    }
    if (request.method === 'GET' || method === 'subscriptions/listen') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      held.push(response)
      return
    }
    if (method === 'tools/call') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      if (params?.name === 'flood') void flood(response, id)
      else held.push(response)
      return
    }
    if (id === undefined) return void response.writeHead(202).end()
    const { protocolVersion } = params ?? {}
    response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'theirs' })
    response.end(
      JSON.stringify({ jsonrpc: '2.0', id, result: { protocolVersion, capabilities: {} } }),
    )
  })
  const stdio = {
    kind: 'stdio',
    command: process.execPath,
    args: ['-e', CHILD],
    env: { NOTES: join(folder, 'notes'), LINE: FLOOD_LINE },
  }
  const start = (self: string): Promise<RelayBench> =>
    startRelayBench({
      servers: [
        benchServer('server', { kind: 'http', url: upstream.url }),
        benchServer('stdio', stdio),
      ],
      headersTimeoutMs: HEADERS_TIMEOUT_MS,
      bodyTimeoutMs: BODY_TIMEOUT_MS,
      keepAliveMs: KEEP_ALIVE_MS,
      legacySse: true,
      peerBook: { self, gateways: () => slots, ownerOf: () => ({ kind: 'self' }) },
    })
  first = await start('gateway-1')
  second = await start('gateway-2')
  for (const [id, bench] of [
    ['gateway-1', first],
    ['gateway-2', second],
  ] as const) {
    const { url } = await bench.relay.listen({ host: '127.0.0.1', port: 0, isInternal: true })
    slots.push({ id, internalUrl: url })
  }
})
afterAll(async () => {
  for (const response of held) response.destroy()
  await Promise.all([first.close(), second.close()])
  await upstream.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Writes as fast as its client reads, and no faster. */
async function flood(response: ServerResponse, id: number | undefined): Promise<void> {
  for (let count = 0; count < FLOOD_LINES; count += 1) {
    await new Promise<void>((resolve) => {
      response.write(`data: ${FLOOD_LINE}\n\n`, () => resolve())
    })
    flooded += FLOOD_LINE.length
  }
  response.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id, result: { content: [] } })}\n\n`)
}

async function open(alias: string, revision = '2025-11-25'): Promise<Record<string, string>> {
  const params = { protocolVersion: revision, capabilities: {} }
  const answer = await fetch(first.endpoint(alias), {
    method: 'POST',
    headers: jsonHeaders(),
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
  })
  await answer.text()
  return { 'mcp-session-id': answer.headers.get('mcp-session-id') ?? '' }
}

const call = (name: string): object => ({
  jsonrpc: '2.0',
  id: 'c',
  method: 'tools/call',
  params: { name },
})

type Stream = (leave: AbortSignal) => Promise<Response>

const post = (bench: RelayBench, headers: object, body: unknown, signal: AbortSignal) =>
  fetch(bench.endpoint('server'), {
    method: 'POST',
    headers: { ...jsonHeaders(), ...headers },
    body: JSON.stringify(body),
    signal,
  })

const STREAMS: readonly (readonly [string, Stream])[] = [
  [
    'a legacy stream of unasked messages',
    async (signal) =>
      fetch(first.endpoint('server'), {
        headers: { ...jsonHeaders(), ...(await open('server')) },
        signal,
      }),
  ],
  [
    'the same through another gateway',
    async (signal) =>
      fetch(second.endpoint('server'), {
        headers: { ...jsonHeaders(), ...(await open('server')) },
        signal,
      }),
  ],
  [
    'a modern subscription',
    (signal) =>
      fetch(first.endpoint('server'), {
        ...modernRequest('subscriptions/listen', { notifications: {} }),
        signal,
      }),
  ],
  [
    'the stream of a call',
    async (signal) => post(first, await open('server'), call('quiet'), signal),
  ],
  [
    'the stream of a batch',
    async (signal) => post(first, await open('server', '2025-03-26'), [call('quiet')], signal),
  ],
]

test.each(STREAMS)(
  '%s lasts over a silence longer than every time-out, says so, and is not held back on its way',
  async (_what, start) => {
    held = []
    const leave = new AbortController()
    const response = await start(leave.signal)
    await until(() => held.length === 1, 'the server has the stream')
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(response.headers.get('cache-control')).toContain('no-transform')
    // Compression would hold events back; `fetch` offers it.
    expect(response.headers.get('content-encoding')).toBeNull()
    let text = ''
    let news = 0
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString()
      if (news === 0 && text.split(COMMENT).length > COMMENTS_MIN) {
        news = performance.now()
        const message = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' }
        held[0]?.write(`data: ${JSON.stringify(message)}\n\n`)
      }
      if (text.includes('list_changed')) break
    }
    expect(text).toContain('list_changed')
    leave.abort()
  },
  20_000,
)

test('a stream of HTTP+SSE lasts as long', async () => {
  const response = await fetch(`${first.url}/s/server/sse`, { headers: jsonHeaders() })
  let comments = 0
  for await (const chunk of response.body ?? []) {
    comments += Buffer.from(chunk).toString().split(COMMENT).length - 1
    if (comments >= COMMENTS_MIN) break
  }
  expect(comments).toBeGreaterThanOrEqual(COMMENTS_MIN)
}, 20_000)

test('a message of HTTP+SSE that comes to another gateway finds the stream that it is for', async () => {
  const stream = await fetch(`${first.url}/s/server/sse`, { headers: jsonHeaders() })
  let text = ''
  let isPosted = false
  for await (const chunk of stream.body ?? []) {
    text += Buffer.from(chunk).toString()
    const address = /^data: (\/.*)$/m.exec(text)?.[1]
    if (text.includes('"id":"far"')) break
    if (address === undefined || isPosted) continue
    isPosted = true
    const params = { protocolVersion: '2024-11-05', capabilities: {} }
    const posted = await fetch(new URL(address, second.url), {
      method: 'POST',
      headers: jsonHeaders(),
      body: JSON.stringify({ jsonrpc: '2.0', id: 'far', method: 'initialize', params }),
    })
    expect(posted.status).toBe(202)
  }
  expect(first.bugs).toEqual([])
  expect(text).toContain('"protocolVersion":"2024-11-05"')
})

/** Sends a call and then reads nothing until it is told to. */
async function callWithoutReading(alias: string): Promise<Socket> {
  const body = JSON.stringify(call('flood'))
  const headers = {
    host: '127.0.0.1',
    ...jsonHeaders(),
    ...(await open(alias)),
    connection: 'close',
    'content-length': String(body.length),
  }
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const socket = connect(Number(new URL(first.url).port), '127.0.0.1')
  socket.write(`POST /s/${alias}/mcp HTTP/1.1\r\n${head.join('')}\r\n${body}`)
  return socket
}

test.each([
  ['http', 'server', (): number => flooded],
  ['stdio', 'stdio', (): number => Number(readFileSync(join(folder, 'notes'), 'utf8') || 0)],
])(
  'a client that does not read pauses its server over %s, and gets everything when it reads on',
  async (_what, alias, written) => {
    const socket = await callWithoutReading(alias)
    await until(() => (quiet(written) ?? 0) > 0, 'the server floods')
    // It stands still when nothing was written between two looks.
    for (let before = -1; before !== written();) {
      before = written()
      await wait(400)
    }
    expect(written()).toBeLessThan(UNDER_WAY_BYTES_MAX)
    let bytes = 0
    let tail = ''
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      bytes += chunk.length
      tail = (tail + chunk.toString('latin1')).slice(-400)
    }
    expect(bytes).toBeGreaterThan(FLOOD_BYTES)
    expect(tail).toContain('"id":"c"')
  },
  60_000,
)

/** What was written; undefined before anything was. */
function quiet(written: () => number): number | undefined {
  try {
    return written()
  } catch {
    // The child has not noted anything yet.
    return undefined
  }
}

test('nothing of ours failed on the way', () => {
  expect([...first.bugs, ...second.bugs]).toEqual([])
})
