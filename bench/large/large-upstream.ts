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

/** Starts it in this process: what it holds is not what is measured. */
export async function startLargeUpstream(): Promise<LargeUpstream> {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => void answer(body, response))
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

async function answer(body: string, response: ServerResponse): Promise<void> {
  const { id, method, params } = JSON.parse(body) as {
    id: unknown
    method: string
    params?: { arguments?: { bytes: number } }
  }
  const begin = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"resultType":"complete",`
  response.writeHead(200, { 'content-type': 'application/json' })
  const told = TOLD[method]
  if (told !== undefined) return void response.end(`${begin}${told}}}`)
  response.write(`${begin}"content":[{"type":"text","text":"`)
  for (let left = params?.arguments?.bytes ?? 0; left > 0; left -= PIECE.length) {
    if (response.destroyed) return
    if (!response.write(PIECE.subarray(0, Math.min(left, PIECE.length))))
      await once(response, 'drain')
  }
  response.end('"}]}}')
}
