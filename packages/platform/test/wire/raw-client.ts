import { readSseEvents } from './sse-events.ts'

/** An exchange that takes longer has no end. Milliseconds. */
const EXCHANGE_TIMEOUT_MS = 20_000

/** Where and as whom a raw client speaks; no key for a server that asks for none. */
export type RawTarget = { readonly url: string; readonly apiKey?: string | undefined }

/** An answer as its bytes: the messages are the body, or the `data` of each event that has some. */
export type RawAnswer = {
  readonly status: number
  readonly headers: Headers
  readonly messages: readonly string[]
}

/** POSTs one JSON text as it is and reads the whole answer. */
export async function postRaw(
  target: RawTarget,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  const response = await fetch(target.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(target.apiKey === undefined ? {} : { authorization: `Bearer ${target.apiKey}` }),
      ...headers,
    },
    body: text,
    signal: AbortSignal.timeout(EXCHANGE_TIMEOUT_MS),
  })
  return { status: response.status, headers: response.headers, messages: await read(response) }
}

async function read(response: Response): Promise<string[]> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) {
    const text = await response.text()
    return text === '' ? [] : [text]
  }
  if (response.body === null) return []
  const events = await readSseEvents(response.body)
  return events.map((event) => event.data).filter((data) => data !== '')
}

/** The headers that go with a message of an era. */
export type HeadersFor = (method: string, name: string | undefined) => Record<string, string>

/** Initializes a legacy session and returns the headers of its later messages. */
export async function openLegacySession(target: RawTarget): Promise<HeadersFor> {
  const answer = await postRaw(
    target,
    '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25",' +
      '"capabilities":{},"clientInfo":{"name":"raw-client","version":"1"}}}',
  )
  const session = answer.headers.get('mcp-session-id')
  if (answer.status !== 200 || session === null) {
    throw new Error(`initialize was answered ${answer.status}: ${answer.messages.join()}`)
  }
  const headers = { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' }
  await postRaw(target, '{"jsonrpc":"2.0","method":"notifications/initialized"}', headers)
  return () => headers
}

/** The headers of modern messages, which mirror the body (MCP 2026-07-28). */
export const modernHeaders: HeadersFor = (method, name) => ({
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': method,
  ...(name === undefined ? {} : { 'mcp-name': name }),
})

/** The `_meta` members that every modern request must have, as JSON text without braces. */
export const MODERN_META =
  '"io.modelcontextprotocol/protocolVersion":"2026-07-28",' +
  '"io.modelcontextprotocol/clientInfo":{"name":"raw-client","version":"1"},' +
  '"io.modelcontextprotocol/clientCapabilities":{}'
