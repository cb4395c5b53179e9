import { text as readText } from 'node:stream/consumers'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
import { createFixtureMcpServer } from '../../src/fixture-server/fixture-mcp-server.ts'
import { listenLocally } from '../../src/fixture-server/local-listener.ts'
import {
  createFixtureShared,
  type FixtureServer,
} from '../../src/fixture-server/start-fixture-server.ts'

/**
 * The fixture over HTTP+SSE (MCP 2024-11-05), as SDK v1 still serves it: GET opens a stream that names the address
 * for messages, and a POST at the stream's own path is refused, so that clients find out which transport it is.
 */
export async function startSseFixture(options: {
  readonly revision: string
  readonly cancelledLog?: string
}): Promise<FixtureServer> {
  const shared = createFixtureShared(options.cancelledLog)
  const streams = new Map<string, SSEServerTransport>()

  async function open(response: ServerResponse): Promise<void> {
    const stream = new SSEServerTransport('/messages', response)
    streams.set(stream.sessionId, stream)
    response.once('close', () => streams.delete(stream.sessionId))
    await createFixtureMcpServer(shared, 'legacy', options.revision).connect(stream)
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fixture')
    if (request.method === 'GET' && pathname === '/sse') return await open(response)
    const stream = streams.get(searchParams.get('sessionId') ?? '')
    if (request.method !== 'POST' || pathname !== '/messages' || stream === undefined)
      return void response.writeHead(pathname === '/sse' ? 405 : 404).end()
    await stream.handlePostMessage(request, response, JSON.parse(await readText(request)))
  }

  const listener = await listenLocally((request, response) => void serve(request, response))
  return {
    url: `${listener.origin}/sse`,
    async close() {
      await Promise.all([...streams.values()].map((stream) => stream.close()))
      await listener.close()
    },
  }
}
