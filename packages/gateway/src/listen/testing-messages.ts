import { BENCH_KEYS } from './testing.ts'

/** What `fetch` sends. */
export type ModernRequest = { method: string; headers: Record<string, string>; body: string }

/** A modern request as a well-behaved client sends it. */
export function modernRequest(
  method: string,
  params: Record<string, unknown> = {},
  more: {
    readonly id?: unknown
    readonly meta?: Record<string, unknown>
    readonly key?: string
  } = {},
): ModernRequest {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    ...more.meta,
  }
  const name = params['name'] ?? params['uri'] ?? params['taskId']
  return {
    method: 'POST',
    headers: {
      ...jsonHeaders(more.key),
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: more.id ?? 1,
      method,
      params: { ...params, _meta },
    }),
  }
}

/** The headers of every POST. */
export function jsonHeaders(key: string = BENCH_KEYS.alice): Record<string, string> {
  return {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
}

/** A response of a server to the request that it got. */
export function resultFor(requestBody: string, result: unknown): string {
  const { id } = JSON.parse(requestBody) as { id: unknown }
  return JSON.stringify({ jsonrpc: '2.0', id, result })
}
