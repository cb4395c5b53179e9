/** What one request to the pretended gateway carried. */
export type Seen = {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body: {
    id?: number
    method?: string
    params?: Record<string, unknown> & { _meta?: Record<string, unknown> }
  }
}

/** Answers one request; throwing is a broken connection. */
export type Answering = (seen: Seen) => Response | Promise<Response>

/** A `fetch` that hands each request to `answer` and remembers it: a network without a network. */
export function pretendNetwork(answer: Answering): { fetch: typeof fetch; seen: Seen[] } {
  const seen: Seen[] = []
  return {
    seen,
    async fetch(input, init) {
      const request = new Request(input, init)
      const text = request.method === 'GET' ? '{}' : await request.text()
      const entry: Seen = {
        url: request.url,
        method: request.method,
        headers: request.headers,
        body: JSON.parse(text === '' ? '{}' : text) as Seen['body'],
      }
      seen.push(entry)
      request.signal.throwIfAborted()
      return answer(entry)
    },
  }
}

/** A JSON answer. */
export function json(
  value: unknown,
  init: { status?: number; headers?: Record<string, string>; type?: string } = {},
): Response {
  return new Response(JSON.stringify(value), {
    status: init.status ?? 200,
    headers: { 'content-type': init.type ?? 'application/json', ...init.headers },
  })
}

/** A JSON-RPC result for a request. */
export function resultFor(
  { body }: Seen,
  result: unknown,
  headers: Record<string, string> = {},
): Response {
  return json({ jsonrpc: '2.0', id: body.id, result }, { headers })
}

/** A JSON-RPC error for a request. */
export function errorFor(
  { body }: Seen,
  error: { code: number; message: string; data?: unknown },
  status = 200,
): Response {
  return json({ jsonrpc: '2.0', id: body.id ?? null, error }, { status })
}

/** A broken connection, as `fetch` reports it. */
export function connectionLost(code = 'ECONNRESET'): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
}

/** A server of the legacy era: answers the modern probe as such servers do, opens sessions, calls `echo`. */
export function legacyServer(options: {
  readonly tools?: readonly unknown[]
  readonly call?: Answering
}): Answering {
  let sessions = 0
  return (seen) => {
    const { method } = seen.body
    if (seen.method === 'DELETE') return new Response(null, { status: 200 })
    if (method === 'server/discover') {
      return errorFor(seen, { code: -32_600, message: 'no session' }, 400)
    }
    if (method === 'initialize') {
      sessions += 1
      return resultFor(
        seen,
        {
          protocolVersion: '2025-11-25',
          capabilities: {},
          serverInfo: { name: 's', version: '1' },
        },
        { 'mcp-session-id': `session-${sessions}` },
      )
    }
    if (method === 'tools/list') return resultFor(seen, { tools: options.tools ?? [] })
    if (method === 'tools/call' && options.call !== undefined) return options.call(seen)
    if (seen.body.id === undefined) return new Response(null, { status: 202 })
    return resultFor(seen, { content: [{ type: 'text', text: 'ok' }] })
  }
}
