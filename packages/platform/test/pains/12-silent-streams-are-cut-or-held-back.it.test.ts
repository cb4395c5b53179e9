import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestRelay, type KeyedTarget, type TestRelay } from '../stage/test-relay.ts'
import { MODERN_META, modernHeaders, openLegacySession } from '../wire/raw-client.ts'

/** A keep-alive comes every 15 s, so that proxies with 60 s cut no stream. Milliseconds, with room for a busy machine. */
const KEEP_ALIVE_MS_MAX = 30_000
const PROGRESS =
  '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":1}}'

/** Calls that wait at the server for their answers. */
const waiting: (() => void)[] = []
const server = createServer((request, response) => void serve(request.method, request, response))
let relay: TestRelay

/** A server that says at once that it has begun, and then nothing until it is told to. */
async function serve(
  method: string | undefined,
  request: AsyncIterable<Buffer>,
  response: ServerResponse,
): Promise<void> {
  if (method !== 'POST') return void response.writeHead(405).end()
  const body = JSON.parse(await readText(request)) as {
    id?: unknown
    method: string
    params?: { _meta?: { progressToken?: unknown } }
  }
  if (body.id === undefined) return void response.writeHead(202).end()
  if (body.method !== 'tools/call') {
    const serverInfo = { name: 'silent', version: '1' }
    const greeting = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo }
    const tools = [{ name: 'silent', inputSchema: { type: 'object' } }]
    const result = body.method === 'tools/list' ? { tools } : greeting
    response.writeHead(200, { 'content-type': 'application/json' })
    return void response.end(JSON.stringify({ jsonrpc: '2.0', id: body.id, result }))
  }
  const token = JSON.stringify(body.params?._meta?.progressToken)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(`data: ${PROGRESS.replace('"t"', token)}\n\n`)
  waiting.push(() => {
    const answer = { jsonrpc: '2.0', id: body.id, result: { content: [] } }
    response.end(`data: ${JSON.stringify(answer)}\n\n`)
  })
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const transport = { kind: 'http', url: `http://127.0.0.1:${port}/mcp`, headers: {} } as const
  relay = await startTestRelay({ silent: { era: 'legacy', transport } })
})
afterAll(async () => {
  await relay.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** What has come of a body so far; waits for more until it fits. */
function reader(response: Response): (fits: RegExp) => Promise<string> {
  const chunks = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let said = ''
  return async (fits) => {
    while (!fits.test(said)) {
      const { value, done = true } = (await chunks?.read()) ?? {}
      if (done) throw new Error(`the stream ended: ${said}`)
      said += value
    }
    return said
  }
}

async function callSilent(era: 'legacy' | 'modern', target: KeyedTarget): Promise<Response> {
  const headersFor = era === 'legacy' ? await openLegacySession(target) : modernHeaders
  const meta = era === 'modern' ? `${MODERN_META},` : ''
  return await fetch(target.url, {
    method: 'POST',
    headers: {
      ...headersFor('tools/call', 'silent'),
      authorization: `Bearer ${target.apiKey}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'accept-encoding': 'gzip, br, deflate',
    },
    body: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"silent","arguments":{},"_meta":{${meta}"progressToken":"t"}}}`,
  })
}

it(
  'what a server says arrives at once, silence is filled with comments, and nothing is compressed',
  { timeout: 2 * KEEP_ALIVE_MS_MAX },
  async () => {
    const targets = [relay.transparent('silent'), relay.aggregated]
    const reads = await Promise.all(
      (['legacy', 'modern'] as const).flatMap((era) =>
        targets.map(async (target) => {
          const response = await callSilent(era, target)
          expect(response.headers.get('x-accel-buffering')).toBe('no')
          expect(response.headers.get('cache-control')).toContain('no-transform')
          expect(response.headers.get('content-encoding')).toBeNull()
          return reader(response)
        }),
      ),
    )
    // The server has not answered yet.
    for (const read of reads) expect(await read(/"progress":1/)).toContain('"progressToken":"t"')
    for (const read of reads) await read(/^: /m)
    expect(waiting).toHaveLength(reads.length)
    for (const answer of waiting) answer()
    for (const read of reads) expect(await read(/"content":\[\]/)).toContain('"id":1')
  },
)
