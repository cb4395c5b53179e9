import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Tools of the server with many. */
export const MANY_TOOLS = 500
/** Characters of the large text: 5 MB. */
export const LARGE_CHARS = 5_000_000
/** Text in which not everything can be seen: a right-to-left override, a zero-width space, a tag character. */
export const HIDDEN_TEXT = 'pay \u{202E}evil\u{202C} now\u{200B}!\u{E0041}'
/** The tool that tests set a price for, and what it answers. */
export const DEAR_TOOL = 'dear'
export const DEAR_TEXT = 'worth its price'
/** A red pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='

const CONTENT: Readonly<Record<string, () => readonly unknown[]>> = {
  [DEAR_TOOL]: () => [{ type: 'text', text: DEAR_TEXT }],
  large: () => [{ type: 'text', text: 'x'.repeat(LARGE_CHARS) }],
  image: () => [{ type: 'image', data: PIXEL, mimeType: 'image/png' }],
  link: () => [
    { type: 'resource_link', uri: 'https://tracker.invalid/report', name: 'A report elsewhere' },
  ],
  hidden: () => [{ type: 'text', text: HIDDEN_TEXT }],
}

/** An MCP server (revision 2025-11-25) with very many tools, and tools with hard results. */
export async function startOddServer(): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    answerTo(request).then(
      (answer) => {
        if (answer === undefined) response.writeHead(202).end()
        else response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
      },
      () => response.writeHead(400).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answerTo(request: IncomingMessage): Promise<string | undefined> {
  if (request.method !== 'POST') return undefined
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString()) as {
    id?: string | number
    method: string
    params?: { name?: string }
  }
  if (id === undefined) return undefined
  return JSON.stringify({ jsonrpc: '2.0', id, ...resultOf(method, params?.name ?? '') })
}

function resultOf(method: string, tool: string): { result: unknown } | { error: unknown } {
  if (method === 'initialize') {
    const serverInfo = { name: 'odd', version: '1' }
    const capabilities = { tools: {} }
    return { result: { protocolVersion: '2025-11-25', capabilities, serverInfo } }
  }
  if (method === 'ping') return { result: {} }
  if (method === 'tools/list') return { result: { tools: TOOLS } }
  const content = CONTENT[tool]
  if (method === 'tools/call' && content !== undefined) return { result: { content: content() } }
  return { error: { code: -32601, message: 'no such method' } }
}

const TOOLS = [...Object.keys(CONTENT), ...numbered(MANY_TOOLS - Object.keys(CONTENT).length)].map(
  (name) => ({ name, description: `Tool ${name}`, inputSchema: { type: 'object' } }),
)

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `tool_${String(index).padStart(3, '0')}`)
}
