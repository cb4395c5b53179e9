import { base64Text } from '../base64-text.ts'
import { retryAfterOf } from '../problem.ts'
import { CLIENT_INFO, type Call, type Channel } from './channel.ts'
import { exchange, type Endpoint } from './exchange.ts'
import { problemFromRpcError } from './message.ts'

/** The modern revision that the SDK speaks (MCP 2026-07-28). */
export const MODERN_REVISION = '2026-07-28'

const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': MODERN_REVISION,
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': CLIENT_INFO,
} as const

/** The parameter that `Mcp-Name` repeats, per method (MCP 2026-07-28, request headers). */
const NAME_PARAMETER: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
}

/** A stateless channel: each request carries its revision and capabilities (MCP 2026-07-28). */
export function createModernChannel(
  endpoint: Endpoint,
  server: Readonly<Record<string, unknown>>,
): Channel {
  let lastId = 0
  return {
    era: 'modern',
    server,
    async request(call) {
      lastId += 1
      const { message, frames, headers } = await exchange(endpoint, {
        body: { id: lastId, method: call.method, params: withEnvelope(call) },
        headers: headersOf(call),
        deadline: call.deadline,
        onMessage: call.onMessage,
        onFrame: call.onFrame,
      })
      if (message.error !== undefined) {
        throw problemFromRpcError(message.error, retryAfterOf(headers))
      }
      return { result: message.result ?? {}, frames }
    },
    close: async () => undefined,
  }
}

function withEnvelope(call: Call): Record<string, unknown> {
  const meta = call.params['_meta']
  return {
    ...call.params,
    _meta: { ...(typeof meta === 'object' ? meta : {}), ...ENVELOPE },
  }
}

function headersOf(call: Call): Record<string, string> {
  const parameter = NAME_PARAMETER[call.method]
  const name = parameter === undefined ? undefined : call.params[parameter]
  return {
    'mcp-protocol-version': MODERN_REVISION,
    'mcp-method': call.method,
    ...(typeof name === 'string' ? { 'mcp-name': headerText(name) } : {}),
    ...paramHeadersOf(call.paramHeaders),
  }
}

function paramHeadersOf(given: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`mcp-param-${name}`, headerText(value)]),
  )
}

/** A header value as it is, or wrapped in base64 when it is no plain ASCII (MCP 2026-07-28, sentinel form). */
export function headerText(value: string): string {
  if (/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value) && !value.startsWith('=?')) return value
  return `=?base64?${base64Text(value)}?=`
}
