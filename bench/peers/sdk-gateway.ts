/**
 * A textbook gateway on the official SDK 1.x, as its documentation writes one: a stateful session has a
 * `Server` for the client and a `Client` for the upstream, and requests go from one to the other. It
 * checks no key, meters nothing and keeps no journal; it listens on plain `node:http`, which is cheaper
 * than the web framework of the examples.
 *
 *     node bench/peers/sdk-gateway.ts <upstream url>
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'

const INFO = { name: 'textbook-gateway', version: '1.0.0' }
const upstreamUrl = new URL(process.argv[2] ?? '')
const transports = new Map<string, StreamableHTTPServerTransport>()

/** A session: one server for the client, one client for the upstream. */
async function openSession(): Promise<StreamableHTTPServerTransport> {
  const client = new Client(INFO)
  await client.connect(transportOf(new StreamableHTTPClientTransport(upstreamUrl)))
  const server = new Server(INFO, { capabilities: { tools: {} } })
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => client.listTools(params))
  server.setRequestHandler(CallToolRequestSchema, ({ params }) => client.callTool(params))
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: () => randomUUID(),
    onsessioninitialized: (id) => void transports.set(id, transport),
  })
  await server.connect(transportOf(transport))
  return transport
}

/** The SDK's own classes do not fit its own interface under exactOptionalPropertyTypes. */
function transportOf(transport: object): Transport {
  return transport as Transport
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const id = request.headers['mcp-session-id']
  const known = typeof id === 'string' ? transports.get(id) : undefined
  if (known === undefined && request.method !== 'POST') {
    response.writeHead(404).end()
    return
  }
  await (known ?? (await openSession())).handleRequest(request, response)
}

const listener = createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`)
    if (!response.headersSent) response.writeHead(500)
    response.end()
  })
})
listener.listen(0, '127.0.0.1', () => {
  const { port } = listener.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`)
})
process.stdin.on('end', () => process.exit(0)).resume()
