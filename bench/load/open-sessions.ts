import { postOnce } from './post-once.ts'

/** Sessions that are being opened at once. */
const AT_ONCE = 8

/** Opens legacy sessions as clients do: `initialize`, then `initialized`. Resolves with their ids. */
export async function openSessions(url: string, count: number, apiKey?: string): Promise<string[]> {
  const ids: string[] = []
  while (ids.length < count) {
    const some = Math.min(AT_ONCE, count - ids.length)
    ids.push(...(await Promise.all(Array.from({ length: some }, () => openSession(url, apiKey)))))
  }
  return ids
}

async function openSession(url: string, apiKey: string | undefined): Promise<string> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  }
  const opened = await postOnce(
    url,
    '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}',
    headers,
  )
  const id = opened.headers['mcp-session-id']
  if (opened.status !== 200 || typeof id !== 'string') {
    throw new Error(`${url} opened no session: ${opened.status} ${opened.body.slice(0, 400)}`)
  }
  await postOnce(url, '{"jsonrpc":"2.0","method":"notifications/initialized"}', {
    ...headers,
    'mcp-session-id': id,
    'mcp-protocol-version': '2025-11-25',
  })
  return id
}
