import { text as readText } from 'node:stream/consumers'
import { listenLocally } from '../../src/fixture-server/local-listener.ts'

/** A page of tools: their names, and the cursor of the next page. */
export type ToolPage = { readonly names: readonly string[]; readonly nextCursor?: string }

/** A legacy server whose list of tools has pages; a cursor that has none answers with what `otherwise` makes of it. */
export async function startPagedServer(
  pages: Readonly<Record<string, ToolPage>>,
  otherwise: (cursor: string) => ToolPage,
) {
  const listener = await listenLocally((request, response) => {
    void (async () => {
      if (request.method !== 'POST') return response.writeHead(405).end()
      const { id, method, params } = JSON.parse(await readText(request)) as {
        id?: unknown
        method: string
        params?: { cursor?: string; name?: string }
      }
      if (id === undefined) return response.writeHead(202).end()
      const result = answer(method, params?.cursor ?? '', params?.name ?? '')
      response.writeHead(200, { 'content-type': 'application/json' })
      return response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
    })()
  })
  function answer(method: string, cursor: string, name: string): object {
    if (method === 'tools/call') return { content: [{ type: 'text', text: `called ${name}` }] }
    if (method !== 'tools/list') {
      const serverInfo = { name: 'paged', version: '1' }
      return { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo }
    }
    const { names, nextCursor } = pages[cursor] ?? otherwise(cursor)
    const tools = names.map((each) => ({ name: each, inputSchema: { type: 'object' } }))
    return { tools, ...(nextCursor === undefined ? {} : { nextCursor }) }
  }
  return { url: `${listener.origin}/mcp`, close: () => listener.close() }
}
