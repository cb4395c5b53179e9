import {
  startAuthorizationServer,
  startProtectedServer,
} from '@mcp-orchestra/control-plane/upstream-auth-testing'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ConsoleStage } from './console-stage.ts'

/** The server of which a tool is kept out of merged lists, and that tool. */
export const WEATHER = { server: 'weather', quarantined: 'forecast_range' } as const

/** A document to look at before registering: of its operations three write, and one is old. */
export const HARBOUR_DOCUMENT = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'Harbour', version: '2.4' },
  servers: [{ url: 'https://api.harbour.example/v2' }],
  paths: {
    '/berths': { get: operation('listBerths', 'Free berths, by day') },
    '/berths/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      get: operation('getBerth', 'One berth with its fees'),
      delete: operation('closeBerth', 'Closes a berth'),
    },
    '/tides': { get: { ...operation('getTides', 'Tides of the week'), deprecated: true } },
    '/bookings': {
      post: {
        ...operation('bookBerth', 'Books a berth'),
        requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
      },
    },
    '/plans': {
      put: {
        ...operation('uploadPlan', 'Replaces the plan'),
        requestBody: { required: true, content: { 'application/pdf': { schema: {} } } },
      },
    },
  },
  components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } } },
  security: [{ key: [] }],
})

/**
 * What a platform has after a while: accounts at three servers (one connected, one that ended, one that is short
 * of rights), a server with a tool that is kept out of merged lists, and a session id that nobody was given.
 */
export async function addShowcase(stage: ConsoleStage): Promise<{ close: () => Promise<void> }> {
  const weather = await startServer(answer)
  const names = ['Calendar', 'Mail', 'Tracker'] as const
  const guards = await Promise.all(names.map(() => startAuthorizationServer()))
  const guarded = await Promise.all(guards.map((guard) => startProtectedServer(guard, answer)))
  const { hub } = stage.operator
  await hub.registerMCP({
    alias: WEATHER.server,
    name: 'Weather',
    transport: { kind: 'http', url: weather.url },
    protocol: 'MCP-v1',
  })
  const page = await (await stage.newSession()).newPage()
  for (const [index, name] of names.entries()) {
    const server = name.toLowerCase()
    const url = guarded[index]?.url ?? ''
    await hub.registerMCP({
      alias: server,
      name,
      transport: { kind: 'http', url },
      protocol: 'MCP-v1',
    })
    await page.goto(`/connections?server=${server}`)
    await page.getByRole('button', { name: 'Connect', exact: true }).first().click()
    await page.getByText(`Connected to ${server}.`).waitFor()
  }
  await page.context().close()
  const [, mail, tracker] = guarded
  const another = await startAuthorizationServer()
  if (mail !== undefined) mail.guard = another
  if (tracker !== undefined) tracker.requiredScopes = ['tools:write']
  for (const server of ['mail', 'tracker']) {
    const call = hub.routeRequest({ server, params: { name: 'forecast', arguments: {} } })
    const ended = await call.then(
      () => 'answered',
      () => 'refused',
    )
    if (ended !== 'refused') throw new Error(`${server} was ${ended} without its account`)
  }
  await forgeSession(stage)
  return {
    async close() {
      for (const one of [weather, another, ...guards, ...guarded]) await one.close()
    },
  }
}

/** Brings a session id that no gateway gave, and waits until the audit trail tells of it. */
async function forgeSession({ platform, operator }: ConsoleStage): Promise<void> {
  const { status } = await fetch(`${platform.urls.gateway}/s/everything/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${platform.apiKey}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-session-id': 'gateway-1.forged',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  })
  if (status !== 404) throw new Error(`a forged session was answered ${status}`)
  const refused = operator.audit.list({ outcome: 'refused' })
  let entries = await refused.all()
  while (entries.length === 0) entries = await refused.all()
}

function operation(operationId: string, summary: string) {
  return { operationId, summary, responses: { 200: { description: 'Done.' } } }
}

const TOOLS = [
  {
    name: 'forecast',
    title: 'Forecast',
    description: 'The weather of the next days at a place.',
    inputSchema: { type: 'object', properties: { place: { type: 'string' } } },
    annotations: { readOnlyHint: true },
  },
  {
    name: WEATHER.quarantined,
    title: 'Forecast of a range',
    description: 'The weather between two days.',
    inputSchema: { type: 'array', items: { type: 'string', format: 'date' } },
    annotations: { readOnlyHint: true },
  },
]

/** An MCP server of revision 2025-11-25, without sessions. */
const answer: RequestListener = (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    if (request.method !== 'POST') return response.writeHead(405).end()
    const { id, method } = JSON.parse(Buffer.concat(chunks).toString()) as {
      id?: string | number
      method: string
    }
    if (id === undefined) return response.writeHead(202).end()
    response.writeHead(200, { 'content-type': 'application/json' })
    return response.end(JSON.stringify({ jsonrpc: '2.0', id, ...resultOf(method) }))
  })
}

function resultOf(method: string): { result: unknown } | { error: unknown } {
  switch (method) {
    case 'initialize': {
      const serverInfo = { name: 'weather', version: '1' }
      const capabilities = { tools: {} }
      return { result: { protocolVersion: '2025-11-25', capabilities, serverInfo } }
    }
    case 'ping':
      return { result: {} }
    case 'tools/list':
      return { result: { tools: TOOLS } }
    case 'tools/call':
      return { result: { content: [{ type: 'text', text: 'Sunny.' }] } }
    default:
      return { error: { code: -32601, message: 'no such method' } }
  }
}

async function startServer(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
