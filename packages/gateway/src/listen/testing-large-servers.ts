import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { McpServer as ServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
import { StdioServerTransport as StdioV1 } from '@modelcontextprotocol/sdk/server/stdio.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { createMcpHandler, McpServer as ServerV2 } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'
import type { TestUpstream } from './testing-upstream.ts'

/** The two tools of every server here, both paid in the tests: a text of so many bytes, and a small one. */
const SHAPE = { bytes: z.number() }

function answer(bytes: number) {
  return { content: [{ type: 'text' as const, text: 'é'.repeat(bytes / 2) }] }
}

function createV1(): ServerV1 {
  const server = new ServerV1({ name: 'v1', version: '1.0.0' })
  server.registerTool('large', { inputSchema: SHAPE }, ({ bytes }) => answer(bytes))
  return server
}

function createV2(): ServerV2 {
  const server = new ServerV2({ name: 'v2', version: '1.0.0' })
  server.registerTool('large', { inputSchema: z.object(SHAPE) }, ({ bytes }) => answer(bytes))
  return server
}

/** The official SDK v1 over streamable HTTP: its answers are event streams, which it does by itself. */
export function startV1Http(): Promise<TestUpstream> {
  const sessions = new Map<string, StreamableHTTPServerTransport>()
  return listen((request, response) => {
    const known = sessions.get(String(request.headers['mcp-session-id']))
    if (known !== undefined) return void known.handleRequest(request, response)
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => `session-${sessions.size}`,
      onsessioninitialized: (id) => void sessions.set(id, transport),
    })
    // NOTE: the SDK's own types do not agree under exactOptionalPropertyTypes; its classes do.
    void createV1()
      .connect(transport as Transport)
      .then(() => transport.handleRequest(request, response))
  })
}

/** The official SDK v1 over HTTP+SSE: one stream for everything. */
export function startV1Sse(): Promise<TestUpstream> {
  const streams = new Map<string, SSEServerTransport>()
  return listen((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    if (request.method === 'GET') {
      const transport = new SSEServerTransport('/message', response)
      streams.set(transport.sessionId, transport)
      return void createV1().connect(transport)
    }
    const stream = streams.get(searchParams.get('sessionId') ?? '')
    if (pathname !== '/message' || stream === undefined) return void response.writeHead(405).end()
    void stream.handlePostMessage(request, response)
  })
}

/** The official SDK v2 over streamable HTTP, answering with event streams. */
export function startV2Http(): Promise<TestUpstream> {
  const handler = createMcpHandler(createV2, { legacy: 'reject', responseMode: 'sse' })
  return listen((request, response) => {
    void (async () => {
      const headers = new Headers()
      for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value))
      const body: Buffer[] = []
      for await (const chunk of request as AsyncIterable<Buffer>) body.push(chunk)
      const init = { method: 'POST', headers, body: Buffer.concat(body) }
      const answered = await handler.fetch(new Request('http://127.0.0.1/mcp', init))
      response.writeHead(answered.status, Object.fromEntries(answered.headers))
      if (answered.body === null) return void response.end()
      for await (const chunk of answered.body) response.write(chunk)
      response.end()
    })()
  })
}

/** How a server entity starts one of them over stdio. */
export function stdioServer(sdk: 'v1' | 'v2'): Record<string, unknown> {
  const args = [fileURLToPath(import.meta.url), sdk]
  return { kind: 'stdio', command: process.execPath, args }
}

async function listen(
  serve: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TestUpstream> {
  const server = createServer(serve).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

// Started as a program, it serves on its own pipes.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === 'v1') await createV1().connect(new StdioV1())
  else serveStdio(createV2, { legacy: 'reject' })
}
