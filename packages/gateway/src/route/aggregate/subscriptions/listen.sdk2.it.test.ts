import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createMcpHandler, InMemoryServerEventBus, McpServer } from '@modelcontextprotocol/server'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { benchServer, BENCH_KEYS, startRelayBench } from '../../../listen/testing.ts'
import { startUpstream, until } from '../../../listen/testing-upstream.ts'
import { aggregateBefore } from './testing-relay.ts'

/** A server of the official SDK, with the bus that its listen streams hang on. */
async function startOfficial() {
  const bus = new InMemoryServerEventBus()
  const handler = createMcpHandler(
    () => {
      const capabilities = { resources: { subscribe: true } }
      const server = new McpServer({ name: 'modern', version: '1.0.0' }, { capabilities })
      const inputSchema = z.object({})
      server.registerTool('t', { description: 'A tool.', inputSchema }, () => ({ content: [] }))
      server.registerResource('r', 'note://1', {}, (uri) => ({
        contents: [{ uri: uri.href, text: 'a note' }],
      }))
      return server
    },
    { bus },
  )
  const upstream = await startUpstream((incoming, response, body) => {
    const left = new AbortController()
    response.on('close', () => left.abort())
    void (async () => {
      const headers = new Headers()
      for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value))
      const answer = await handler.fetch(
        new Request('http://127.0.0.1/mcp', { method: 'POST', headers, body, signal: left.signal }),
      )
      response.writeHead(answer.status, Object.fromEntries(answer.headers))
      response.flushHeaders()
      for await (const chunk of answer.body ?? []) response.write(chunk)
      response.end()
    })()
      // Whoever left mid-stream is gone.
      .catch(() => response.destroy())
  })
  return { bus, handler, upstream }
}

async function connect(url: string, key: string): Promise<{ client: Client; told: string[] }> {
  const client = new Client(
    { name: 'test', version: '1.0.0' },
    { versionNegotiation: { mode: 'auto' } },
  )
  const told: string[] = []
  client.setNotificationHandler('notifications/tools/list_changed', () => void told.push('tools'))
  client.setNotificationHandler(
    'notifications/resources/updated',
    ({ params }) => void told.push(params.uri),
  )
  const requestInit = { headers: { authorization: `Bearer ${key}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }))
  return { client, told }
}

test('official clients at /mcp share the streams of an official server, and each hears what it asked for', async () => {
  const { bus, handler, upstream } = await startOfficial()
  const server = benchServer('a', { kind: 'http', url: upstream.url }, { era: 'modern' })
  const bench = await startRelayBench({ servers: [], more: [aggregateBefore(server)] })
  const alice = await connect(bench.url, BENCH_KEYS.alice)
  const bob = await connect(bench.url, BENCH_KEYS.bob)
  const tools = { toolsListChanged: true }
  const listening = [
    await alice.client.listen({ ...tools, resourceSubscriptions: ['note://1'] }),
    await bob.client.listen({ ...tools, promptsListChanged: true }),
  ]
  expect(listening.map(({ honoredFilter }) => honoredFilter)).toEqual([
    { ...tools, resourceSubscriptions: ['note://1'] },
    tools,
  ])
  // One for the lists of both, and one for the resource of alice.
  expect(bus.listenerCount).toBe(2)
  handler.notify.toolsChanged()
  handler.notify.resourceUpdated('note://1')
  await until(() => alice.told.length === 2 && bob.told.length === 1, 'both have heard')
  expect(alice.told.toSorted()).toEqual(['note://1', 'tools'])
  expect(bob.told).toEqual(['tools'])
  await alice.client.close()
  await until(() => bus.listenerCount === 1, 'the stream of alice alone is gone')
  await bob.client.close()
  await until(() => bus.listenerCount === 0, 'the stream of both is gone')
  await bench.close()
  await handler.close()
  await upstream.stop()
  expect(bench.bugs).toEqual([])
})
