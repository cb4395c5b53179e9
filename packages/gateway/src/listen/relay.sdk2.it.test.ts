import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { BENCH_KEYS, benchServer, startRelayBench, type RelayBench } from './testing.ts'
import { EVERYTHING, startUpstream, type TestUpstream } from './testing-upstream.ts'

let upstream: TestUpstream
let bench: RelayBench

beforeAll(async () => {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'modern', version: '1.0.0' })
    const inputSchema = z.object({ name: z.string() })
    server.registerTool('greet', { description: 'Greets.', inputSchema }, ({ name }) => ({
      content: [{ type: 'text', text: `Hello ${name}` }],
    }))
    return server
  })
  upstream = await startUpstream((request, response, body) => {
    void (async () => {
      const headers = new Headers()
      for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value))
      const answer = await handler.fetch(
        new Request('http://127.0.0.1/mcp', { method: 'POST', headers, body }),
      )
      response.writeHead(answer.status, Object.fromEntries(answer.headers))
      response.end(await answer.text())
    })()
  })
  bench = await startRelayBench({
    servers: [
      benchServer('modern', { kind: 'http', url: upstream.url }, { era: 'modern' }),
      benchServer('stdio', {
        kind: 'stdio',
        command: process.execPath,
        args: [EVERYTHING, 'stdio'],
      }),
    ],
    prices: { greet: 9n, echo: 9n },
  })
})
afterAll(async () => {
  await bench.close()
  await upstream.stop()
})

async function connect(alias: string): Promise<Client> {
  const client = new Client(
    { name: 'test', version: '1.0.0' },
    { versionNegotiation: { mode: 'auto' } },
  )
  const requestInit = { headers: { authorization: `Bearer ${BENCH_KEYS.alice}` } }
  await client.connect(
    new StreamableHTTPClientTransport(new URL(bench.endpoint(alias)), { requestInit }),
  )
  return client
}

test.each([
  ['modern', 'greet', { name: 'you' }, 'Hello you'],
  ['stdio', 'echo', { message: 'you' }, 'Echo: you'],
])(
  'the official v2 client finds the era of a %s server by itself, lists and pays',
  async (alias, name, args, words) => {
    const client = await connect(alias)
    const { tools } = await client.listTools()
    expect(tools.find((tool) => tool.name === name)?._meta).toHaveProperty('io.mcp-orchestra/price')
    const result = await client.callTool({ name, arguments: args })
    expect(JSON.stringify(result)).toContain(words)
    expect(result._meta).toHaveProperty('io.mcp-orchestra/receipt')
    await client.close()
    expect(bench.bugs).toEqual([])
  },
)

test('the gateway itself finds the era of a server, and what it calls its tools', async () => {
  for (const [alias, era, tool] of [
    ['modern', 'modern', 'greet'],
    ['stdio', 'legacy', 'echo'],
  ] as const) {
    const server = benchServer(
      alias,
      alias === 'modern'
        ? { kind: 'http', url: upstream.url }
        : { kind: 'stdio', command: process.execPath, args: [EVERYTHING, 'stdio'] },
    )
    const visit = await bench.relay.visit(server)
    expect(visit.era).toBe(era)
    expect((await visit.ask(server, 'tools/list')).text).toContain(`"${tool}"`)
    await visit.close()
  }
})
