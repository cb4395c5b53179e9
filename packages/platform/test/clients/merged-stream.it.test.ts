import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  startFixtureServer,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'
import { createV2 } from './sdk-clients.ts'

const WATCHED = 'test://watched-resource'

let fixture: FixtureServer
let relay: TestRelay
beforeAll(async () => {
  fixture = await startFixtureServer({ era: 'both', port: 0 })
  const transport = { kind: 'http', url: fixture.url, headers: {} } as const
  relay = await startTestRelay({ fixture: { era: 'legacy', transport } })
})
afterAll(async () => {
  await relay.close()
  await fixture.close()
})

it('a server that was started anew is heard again on the stream of an aggregate', async () => {
  const { client, transport } = createV2('legacy', relay.aggregated, {})
  const heard: string[] = []
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
    heard.push(params.uri)
  })
  await client.connect(transport)
  try {
    const change = async (): Promise<void> => {
      await client.subscribeResource({ uri: WATCHED })
      const other = createV2('legacy', relay.transparent('fixture'), {})
      await other.client.connect(other.transport)
      await other.client.callTool({ name: 'test_trigger_resource_update', arguments: {} })
      await other.client.close()
    }
    await change()
    await expect.poll(() => heard).toEqual([WATCHED])

    const { port } = new URL(fixture.url)
    await fixture.close()
    fixture = await startFixtureServer({ era: 'both', port: Number(port) })
    await change()
    await expect.poll(() => heard).toEqual([WATCHED, WATCHED])
  } finally {
    await client.close()
  }
})

/** A legacy server whose stream says one thing and ends, as servers do that want to be polled. */
async function startBriefServer() {
  const resumedFrom: (string | undefined)[] = []
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      const from = request.headers['last-event-id']?.toString()
      resumedFrom.push(from)
      const number = Number(from ?? 0) + 1
      const params = { uri: `test://change-${number}` }
      const news = { jsonrpc: '2.0', method: 'notifications/resources/updated', params }
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(`id: ${number}\ndata: ${JSON.stringify(news)}\n\n`)
      return
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { id } = JSON.parse(Buffer.concat(chunks).toString() || '{}') as { id?: unknown }
      if (id === undefined) return response.writeHead(202).end()
      const result = {
        protocolVersion: '2025-11-25',
        capabilities: { resources: { subscribe: true } },
        serverInfo: { name: 'brief', version: '1' },
      }
      const head = { 'content-type': 'application/json', 'mcp-session-id': 'brief' }
      return response.writeHead(200, head).end(JSON.stringify({ jsonrpc: '2.0', id, result }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    resumedFrom,
    url: `http://127.0.0.1:${port}/mcp`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  }
}

it('a stream that its server ended goes on where it ended, on the one stream of the client', async () => {
  const brief = await startBriefServer()
  const transport = { kind: 'http', url: brief.url, headers: {} } as const
  const own = await startTestRelay({ brief: { era: 'legacy', transport } })
  const { client, transport: wire } = createV2('legacy', own.aggregated, {})
  const heard: string[] = []
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
    heard.push(params.uri)
  })
  await client.connect(wire)
  try {
    await expect
      .poll(() => heard.slice(0, 3), { timeout: 5_000 })
      .toEqual(['test://change-1', 'test://change-2', 'test://change-3'])
    expect(brief.resumedFrom.slice(0, 3)).toEqual([undefined, '1', '2'])
  } finally {
    await client.close()
    await own.close()
    await brief.close()
  }
})
