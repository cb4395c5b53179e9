import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An MCP server whose every tool answers with a text of the size that its arguments name. */
export type LargeUpstream = { readonly url: string; stop(): Promise<void> }

/** The text is written in pieces of this size, as fast as they are taken, in bytes. */
const PIECE = Buffer.alloc(256 * 1024, 'x')

/** What a visit asks, by method: the rest of each result. */
const TOLD: Readonly<Record<string, string>> = {
  'server/discover':
    '"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"ttlMs":0,"cacheScope":"private"',
  'tools/list':
    '"tools":[{"name":"large","inputSchema":{"type":"object"}}],"ttlMs":0,"cacheScope":"private"',
}

/** How its calls are answered over HTTP: by a JSON body, or by one event of a stream. */
export type LargeShape = 'json' | 'sse'

/** Starts it in this process: what it holds is not what is measured. */
export async function startLargeUpstream(shape: LargeShape): Promise<LargeUpstream> {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => void answer(body, response, shape))
  })
  server.listen(0, '127.0.0.1')
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

async function answer(body: string, response: ServerResponse, shape: LargeShape): Promise<void> {
  const call = readCall(body)
  const isEvent = shape === 'sse' && TOLD[call.method] === undefined
  response.writeHead(200, { 'content-type': isEvent ? 'text/event-stream' : 'application/json' })
  if (isEvent) response.write('event: message\ndata: ')
  for (const piece of piecesOf(call)) {
    if (response.destroyed) return
    if (!response.write(piece)) await once(response, 'drain')
  }
  response.end(isEvent ? '\n\n' : '')
}

/** What is asked, as far as it is looked at. */
export type LargeCall = { readonly id: unknown; readonly method: string; readonly bytes: number }

/** Reads one request. */
export function readCall(text: string): LargeCall {
  const { id, method, params } = JSON.parse(text) as {
    id: unknown
    method: string
    params?: { arguments?: { bytes: number } }
  }
  return { id, method, bytes: params?.arguments?.bytes ?? 0 }
}

/** The answer in pieces; its id stands at the end, as the official SDKs write it. */
export function* piecesOf({ id, method, bytes }: LargeCall): Generator<string | Uint8Array> {
  const told = TOLD[method]
  yield `{"result":{"resultType":"complete",${told ?? '"content":[{"type":"text","text":"'}`
  if (told === undefined) {
    for (let left = bytes; left > 0; left -= PIECE.length)
      yield PIECE.subarray(0, Math.min(left, PIECE.length))
    yield '"}]'
  }
  yield `},"jsonrpc":"2.0","id":${JSON.stringify(id)}}`
}
