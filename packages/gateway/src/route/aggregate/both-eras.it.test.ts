import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { BENCH_KEYS, benchServer, startRelayBench, type RelayBench } from '../../listen/testing.ts'
import {
  EVERYTHING,
  startUpstream,
  until,
  type TestUpstream,
} from '../../listen/testing-upstream.ts'
import { aggregateBeforeAll } from './subscriptions/testing-relay.ts'

let upstream: TestUpstream
let bench: RelayBench

beforeAll(async () => {
  const handler = createMcpHandler(
    () => {
      const server = new McpServer({ name: 'modern', version: '1.0.0' })
      const inputSchema = z.object({ name: z.string() })
      server.registerTool('greet', { description: 'Greets.', inputSchema }, ({ name }) => ({
        content: [{ type: 'text', text: `Hello ${name}` }],
      }))
      return server
    },
    { legacy: 'reject' },
  )
  upstream = await startUpstream((request, response, body) => {
    void (async () => {
      const headers = new Headers()
      for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value))
      const { method = 'POST' } = request
      const init = { method, headers, ...(method === 'POST' ? { body } : {}) }
      const answer = await handler.fetch(new Request('http://127.0.0.1/mcp', init))
      response.writeHead(answer.status, Object.fromEntries(answer.headers))
      for await (const chunk of answer.body ?? []) response.write(chunk)
      response.end()
    })().catch(() => response.destroy())
  })
  const servers = [
    benchServer(
      'old',
      { kind: 'stdio', command: process.execPath, args: [EVERYTHING, 'stdio'] },
      { era: 'legacy' },
    ),
    benchServer('young', { kind: 'http', url: upstream.url }, { era: 'modern' }),
  ]
  bench = await startRelayBench({ servers, more: [aggregateBeforeAll(servers)] })
})
afterAll(async () => {
  await bench.close()
  await upstream.stop()
})

test.each(['legacy', 'auto'] as const)(
  'the official client (%s) calls tools of servers of both eras at one endpoint, and answers what they ask',
  async (mode) => {
    const client = new Client(
      { name: 'test', version: '1.0.0' },
      { capabilities: { sampling: {} }, versionNegotiation: { mode } },
    )
    client.setRequestHandler('sampling/createMessage', () => ({
      role: 'assistant',
      model: 'test',
      content: { type: 'text', text: 'sampled words' },
    }))
    const requestInit = { headers: { authorization: `Bearer ${BENCH_KEYS.alice}` } }
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${bench.url}/mcp`), { requestInit }),
    )
    const { tools } = await client.listTools()
    const names = tools.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['echo', 'greet']))
    const call = async (name: string, args: Record<string, unknown>): Promise<string> =>
      JSON.stringify(await client.callTool({ name, arguments: args }))
    expect(await call('echo', { message: 'you' })).toContain('Echo: you')
    expect(await call('greet', { name: 'you' })).toContain('Hello you')
    expect(await call('trigger-sampling-request', { prompt: 'p', maxTokens: 1 })).toContain(
      'sampled words',
    )
    const { prompts } = await client.listPrompts()
    expect(prompts.length).toBeGreaterThan(0)
    await client.close()
    await until(() => bench.relay.load().calls === 0, 'no call stays in flight')
    expect(bench.bugs).toEqual([])
  },
)
