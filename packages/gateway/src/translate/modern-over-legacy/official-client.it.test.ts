import { mkdtemp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BENCH_KEYS, benchServer, startRelayBench, type RelayBench } from '../../listen/testing.ts'
import {
  EVERYTHING,
  startEverything,
  until,
  type TestUpstream,
} from '../../listen/testing-upstream.ts'

const MEMORY = createRequire(import.meta.url).resolve(
  '@modelcontextprotocol/server-memory/dist/index.js',
)

let everything: TestUpstream
let bench: RelayBench

beforeAll(async () => {
  everything = await startEverything()
  const memory = path.join(await mkdtemp(path.join(tmpdir(), 'memory-')), 'memory.json')
  const stdio = (script: string, ...args: string[]): Record<string, unknown> => ({
    kind: 'stdio',
    command: process.execPath,
    args: [script, ...args],
  })
  bench = await startRelayBench({
    servers: [
      benchServer('http', { kind: 'http', url: everything.url }, { era: 'legacy' }),
      benchServer('stdio', stdio(EVERYTHING, 'stdio'), { era: 'legacy' }),
      benchServer(
        'memory',
        { ...stdio(MEMORY), env: { MEMORY_FILE_PATH: memory } },
        { era: 'legacy' },
      ),
    ],
    prices: { echo: 9n },
  })
})
afterAll(async () => {
  await bench.close()
  await everything.stop()
})

async function connect(alias: string): Promise<Client> {
  const client = new Client(
    { name: 'test', version: '1.0.0' },
    {
      capabilities: { sampling: {}, elicitation: { form: {} }, roots: {} },
      versionNegotiation: { mode: { pin: '2026-07-28' } },
    },
  )
  client.setRequestHandler('sampling/createMessage', () => ({
    role: 'assistant',
    model: 'test',
    content: { type: 'text', text: 'sampled words' },
  }))
  client.setRequestHandler('elicitation/create', () => ({
    action: 'accept',
    content: { name: 'elicited words' },
  }))
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///rooted', name: 'r' }] }))
  const requestInit = { headers: { authorization: `Bearer ${BENCH_KEYS.alice}` } }
  await client.connect(
    new StreamableHTTPClientTransport(new URL(bench.endpoint(alias)), { requestInit }),
  )
  return client
}

describe.each(['http', 'stdio'])(
  'the official v2 client at the legacy server-everything (%s)',
  (alias) => {
    test('discovers, lists, calls, reads, completes and pays', async () => {
      const client = await connect(alias)
      const { tools } = await client.listTools()
      expect(tools.map(({ name }) => name)).toContain('echo')
      const echo = await client.callTool({ name: 'echo', arguments: { message: 'hi' } })
      expect(echo).toMatchObject({ content: [{ text: 'Echo: hi' }] })
      expect(echo._meta).toHaveProperty('io.mcp-orchestra/receipt')
      const structured = await client.callTool({
        name: 'get-structured-content',
        arguments: { location: 'Chicago' },
      })
      expect(structured.structuredContent).toHaveProperty('temperature')
      const { resources } = await client.listResources()
      const [first] = resources
      const { contents } = await client.readResource({ uri: first?.uri ?? '' })
      expect(contents).toHaveLength(1)
      const { prompts } = await client.listPrompts()
      expect(prompts.map(({ name }) => name)).toContain('completable-prompt')
      const completion = await client.complete({
        ref: { type: 'ref/prompt', name: 'completable-prompt' },
        argument: { name: 'department', value: 'E' },
      })
      expect(completion.completion.values).toContain('Engineering')
      await client.close()
    })

    test('answers what the server asks in the middle of a call', async () => {
      const client = await connect(alias)
      const sampled = await client.callTool({
        name: 'trigger-sampling-request',
        arguments: { prompt: 'Say it.', maxTokens: 10 },
      })
      expect(JSON.stringify(sampled)).toContain('sampled words')
      const elicited = await client.callTool({ name: 'trigger-elicitation-request', arguments: {} })
      expect(JSON.stringify(elicited)).toContain('elicited words')
      await client.close()
      expect(bench.relay.load().parked).toBe(0)
    })

    test('hears progress', async () => {
      const client = await connect(alias)
      const heard: number[] = []
      await client.callTool(
        { name: 'trigger-long-running-operation', arguments: { duration: 1, steps: 3 } },
        // The SDK itself tells of rounds of questions too, without a total.
        { onprogress: ({ progress, total }) => total === 3 && heard.push(progress) },
      )
      expect(heard).toEqual([1, 2, 3])
      await client.close()
    })
  },
)

test('calls of a client that can be asked run side by side at a process of their own each, and one after the other at one', async () => {
  const client = await connect('stdio')
  await client.callTool({ name: 'echo', arguments: { message: 'a' } })
  const before = bench.relay.load().children
  await client.callTool({ name: 'echo', arguments: { message: 'b' } })
  expect(bench.relay.load().children).toBe(before)
  const both = await Promise.all(
    ['x', 'y'].map((prompt) =>
      client.callTool({ name: 'trigger-sampling-request', arguments: { prompt, maxTokens: 1 } }),
    ),
  )
  for (const result of both) expect(JSON.stringify(result)).toContain('sampled words')
  await client.close()
})

test('server-memory keeps what a modern client tells it', async () => {
  const client = await connect('memory')
  await client.callTool({
    name: 'create_entities',
    arguments: { entities: [{ name: 'Ada', entityType: 'person', observations: ['counts'] }] },
  })
  const graph = await client.callTool({ name: 'read_graph', arguments: {} })
  expect(JSON.stringify(graph)).toContain('Ada')
  await client.close()
})

test('no call stays and nothing is a bug', async () => {
  await until(() => bench.relay.load().calls === 0, 'no call is in flight')
  expect(bench.bugs).toEqual([])
})
