/** What a first request needs to know. */
export type FirstRequest = {
  readonly url: string
  readonly apiKey: string
  /** A server of the modern era is asked who it is, one of the legacy era is greeted. */
  readonly modern: boolean
}

const CLIENT_INFO = { name: 'curl', version: '1' }
const LEGACY_REVISION = '2025-11-25'
const MODERN_REVISION = '2026-07-28'

/** One line for a terminal that shows whether the address and the key work; it calls no tool and costs nothing. */
export function curlText({ url, apiKey, modern }: FirstRequest): string {
  const message = modern ? discovery() : greeting()
  const headers = [
    `Authorization: Bearer ${apiKey}`,
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    ...(modern ? [`MCP-Protocol-Version: ${MODERN_REVISION}`, `Mcp-Method: server/discover`] : []),
  ]
  return [
    `curl -sS ${quoted(url)}`,
    ...headers.map((header) => `-H ${quoted(header)}`),
    `-d ${quoted(JSON.stringify(message))}`,
  ].join(' \\\n  ')
}

/** MCP 2025-11-25 initialize. */
function greeting() {
  return {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: LEGACY_REVISION, capabilities: {}, clientInfo: CLIENT_INFO },
  }
}

/** MCP 2026-07-28 server/discover. */
function discovery() {
  const prefix = 'io.modelcontextprotocol'
  return {
    jsonrpc: '2.0',
    id: 1,
    method: 'server/discover',
    params: {
      _meta: {
        [`${prefix}/protocolVersion`]: MODERN_REVISION,
        [`${prefix}/clientInfo`]: CLIENT_INFO,
        [`${prefix}/clientCapabilities`]: {},
      },
    },
  }
}

/** One argument of a POSIX shell, whatever it holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
