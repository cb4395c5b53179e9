import {
  Client as ClientV2,
  StreamableHTTPClientTransport as HttpV2,
} from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startV1Http, startV1Sse, startV2Http, stdioServer } from './testing-large-servers.ts'
import { jsonHeaders } from './testing-messages.ts'
import { BENCH_KEYS, benchServer, startRelayBench, type RelayBench } from './testing.ts'
import { startUpstream, until, type TestUpstream } from './testing-upstream.ts'

/** More than is held of an event or a line. */
const BYTES = 17 * 1024 * 1024
const MODERN = { era: 'modern' } as const
const LEGACY = { era: 'legacy' } as const

let upstreams: TestUpstream[] = []
let bench: RelayBench
/** What the scripted server says on its stream. */
let script: (write: (text: string) => void, id: number) => void = () => undefined

beforeAll(async () => {
  const [v1, sse, v2] = await Promise.all([startV1Http(), startV1Sse(), startV2Http()])
  const scripted = await startUpstream((_request, response, body) => {
    const { id, method } = JSON.parse(body) as { id?: number; method: string }
    if (id === undefined) return void response.writeHead(202).end()
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (method === 'tools/call') script((text) => response.write(text), id)
    else {
      const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: {} }
      response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id, result })}\n\n`)
    }
    response.end()
  })
  upstreams = [v1, sse, v2, scripted]
  bench = await startRelayBench({
    servers: [
      benchServer('v1-http', { kind: 'http', url: v1.url }, LEGACY),
      benchServer('v1-sse', { kind: 'http', url: sse.url }, LEGACY),
      benchServer('v1-stdio', stdioServer('v1'), LEGACY),
      benchServer('v2-http', { kind: 'http', url: v2.url }, MODERN),
      benchServer('v2-stdio', stdioServer('v2'), MODERN),
      benchServer('scripted', { kind: 'http', url: scripted.url }),
    ],
    prices: { large: 5n },
  })
})
afterAll(async () => {
  await bench.close()
  await Promise.all(upstreams.map((upstream) => upstream.stop()))
})
beforeEach(() => {
  bench.ledger.length = 0
})

type Call = (bytes: number) => Promise<{ text: string; receipt: unknown }>

/** The official clients, with one way to call. */
const CLIENTS: Readonly<
  Record<string, (alias: string) => Promise<{ call: Call; close(): Promise<void> }>>
> = {
  'v1 client': async (alias) => {
    const client = new ClientV1({ name: 'v1', version: '1.0.0' })
    await client.connect(new HttpV1(new URL(bench.endpoint(alias)), withKey()))
    const call: Call = async (bytes) =>
      read(await client.callTool({ name: 'large', arguments: { bytes } }))
    return { call, close: () => client.close() }
  },
  'v2 client': async (alias) => {
    const client = new ClientV2(
      { name: 'v2', version: '1.0.0' },
      { versionNegotiation: { mode: 'auto' } },
    )
    await client.connect(new HttpV2(new URL(bench.endpoint(alias)), withKey()))
    const call: Call = async (bytes) =>
      read(await client.callTool({ name: 'large', arguments: { bytes } }))
    return { call, close: () => client.close() }
  },
}

function withKey() {
  return { requestInit: { headers: { authorization: `Bearer ${BENCH_KEYS.alice}` } } }
}

function read(result: { content?: unknown; _meta?: Record<string, unknown> | undefined }) {
  const [content] = result.content as { text: string }[]
  return { text: content?.text ?? '', receipt: result._meta?.['io.mcp-orchestra/receipt'] }
}

const cells = Object.keys(CLIENTS).flatMap((client) =>
  ['v1-http', 'v1-sse', 'v1-stdio', 'v2-http', 'v2-stdio'].map((alias) => [client, alias] as const),
)

test.each(cells)(
  '%s before %s: a result of 17 MiB passes whole and is charged once; others go on beside it',
  async (name, alias) => {
    const connected = await CLIENTS[name]?.(alias)
    if (connected === undefined) throw new Error('no such client')
    const { call, close } = connected
    // On a way that they share, whose answer is the long one shows at its end.
    const sizes = alias.endsWith('http') ? [BYTES, 4] : [BYTES, BYTES + 2, 4]
    const all = await Promise.all(sizes.map(call))
    expect(all.map(({ text }) => text.length)).toEqual(sizes.map((bytes) => bytes / 2))
    expect(all.every(({ text }) => /^é+$/.test(text))).toBe(true)
    const events = bench.ledger.map(({ intent }) => String(intent.callId))
    const receipts = all.map(({ receipt }) => (receipt as { eventId: string }).eventId)
    expect(receipts.toSorted()).toEqual(events.toSorted())
    expect(bench.ledger.map(({ end }) => end.outcome)).toEqual(sizes.map(() => 'complete'))
    await close()
    await until(() => bench.relay.load().spooledBytes === 0, 'nothing is kept on the disk')
    expect(bench.bugs).toEqual([])
  },
  60_000,
)

/** The events that a legacy client without a session gets for a call. */
async function eventsOf(): Promise<{ event: string; data: string }[]> {
  const params = { name: 'large', arguments: {} }
  const response = await fetch(bench.endpoint('scripted'), {
    method: 'POST',
    headers: jsonHeaders(),
    body: JSON.stringify({ jsonrpc: '2.0', id: 'mine', method: 'tools/call', params }),
  })
  const text = await response.text()
  return text.split('\n\n').flatMap((block) => {
    const lines = block.split('\n')
    const value = (name: string): string[] =>
      lines.flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []))
    const data = value('data').join('\n')
    return data === '' ? [] : [{ event: value('event').at(-1) ?? 'message', data }]
  })
}

const LONG = 'x'.repeat(1024 * 1024)

test('a result that is written over many lines of data comes out as the same JSON, and its last fields with it', async () => {
  script = (write, id) => {
    const text = JSON.stringify(
      { content: [], parts: Array.from({ length: 18 }, () => LONG) },
      null,
      2,
    )
    const lines = `{"jsonrpc":"2.0",\n"id":${id},\n"result":${text}}`.split('\n')
    write(`event: message\n${lines.map((line) => `data: ${line}\n`).join('')}retry: 5\n\n`)
  }
  const [only, ...others] = await eventsOf()
  expect(others).toEqual([])
  const message = JSON.parse(only?.data ?? '') as {
    id: string
    result: { parts: string[]; _meta: object }
  }
  expect(message.id).toBe('mine')
  expect(message.result.parts.map(({ length }) => length)).toEqual(Array(18).fill(LONG.length))
  expect(message.result._meta).toHaveProperty(['io.mcp-orchestra/receipt', 'charged'])
})

test.each([
  ['ends too early', (id: number) => ['"}]}', `,"jsonrpc":"2.0","id":${id}`]],
  ['has another id', () => ['"}]}', ',"jsonrpc":"2.0","id":1}\n\n']],
  ['is no JSON', (id: number) => ['"}]}}', `,"jsonrpc":"2.0","id":${id}}\n\n`]],
  [
    'says twice how it ended',
    (id: number) => ['"}],"isError":true,"isError":false}', `,"jsonrpc":"2.0","id":${id}}\n\n`],
  ],
])(
  'a large event that %s is cut off and followed by an error; nothing is charged',
  async (_what, ends) => {
    script = (write, id) => {
      write('event: message\ndata: {"result":{"content":[{"type":"text","text":"')
      for (let part = 0; part < 18; part += 1) write(LONG)
      for (const end of ends(id)) write(end)
    }
    const events = await eventsOf()
    expect(events.map(({ event }) => event)).toEqual(['cut-off', 'message'])
    expect(() => JSON.parse(events[0]?.data ?? '') as unknown).toThrow(SyntaxError)
    expect(JSON.parse(events[1]?.data ?? '')).toMatchObject({ id: 'mine', error: {} })
    expect(bench.ledger.map(({ end }) => end.outcome)).not.toContain('complete')
  },
)

test('a receipt that a server writes into a large result never reaches the client', async () => {
  script = (write, id) => {
    const forged = '{"io.mcp-orchestra/receipt":{"eventId":"evt_forged","charged":"0"},"own":1}'
    write(`data: {"result":{"_meta":${forged},"content":[{"type":"text","text":"`)
    for (let part = 0; part < 18; part += 1) write(LONG)
    write(`"}]},"jsonrpc":"2.0","id":${id}}\n\n`)
  }
  const [event] = await eventsOf()
  const { result } = JSON.parse(event?.data ?? '') as { result: { _meta: Record<string, unknown> } }
  expect(result._meta['own']).toBe(1)
  expect(result._meta['io.mcp-orchestra/receipt']).toMatchObject({
    eventId: bench.ledger[0]?.intent.callId,
  })
})
