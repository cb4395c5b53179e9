import { Problem } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BENCH_KEYS, benchServer, startRelayBench, type RelayBench } from './testing.ts'
import { modernRequest, resultFor } from './testing-messages.ts'
import { startUpstream, type TestUpstream } from './testing-upstream.ts'

/** The page that the bench lets in. */
const CONSOLE = 'https://console.example'
/** Pages that it does not: strangers, near misses, sandboxes, and other programs of this machine. */
const FOREIGN = [
  'https://evil.example',
  'https://console.example.evil.example',
  'https://console.example:8443',
  'http://console.example',
  'HTTPS://CONSOLE.EXAMPLE',
  'null',
  '',
]

const BUSY = { status: 429, title: 'Too many.', retryable: true, rpcCode: 429_001 }

let upstream: TestUpstream
let bench: RelayBench
beforeAll(async () => {
  upstream = await startUpstream((_request, response, body) => {
    if (body.includes('"stream"')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(`data: ${resultFor(body, { content: [] })}\n\n`)
      return
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(resultFor(body, { content: [] }))
  })
  bench = await startRelayBench({
    servers: [benchServer('server', { kind: 'http', url: upstream.url })],
    denied: new Set(['denied']),
    begin: ({ target }) =>
      target === 'busy'
        ? {
            kind: 'refused',
            problem: new Problem('test.busy', BUSY, { retryAfterSeconds: 7 }),
          }
        : undefined,
  })
})
afterAll(async () => {
  await bench.close()
  await upstream.stop()
})

function preflight(origin: string | undefined, more: Record<string, string> = {}) {
  return fetch(bench.endpoint('server'), {
    method: 'OPTIONS',
    headers: {
      ...(origin === undefined ? {} : { origin }),
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, content-type',
      ...more,
    },
  })
}

async function call(origin: string | undefined, tool = 'x', more: Record<string, string> = {}) {
  const request = modernRequest('tools/call', { name: tool, arguments: {} })
  const response = await fetch(bench.endpoint('server'), {
    ...request,
    headers: { ...request.headers, ...(origin === undefined ? {} : { origin }), ...more },
  })
  return { response, text: await response.text() }
}

function permissions({ headers }: Response): string[] {
  return [...headers.keys()].filter((name) => name.startsWith('access-control-'))
}

describe('a preflight', () => {
  test('of an allowed page is answered without a key: what it may send, and how long that holds', async () => {
    const { status, headers } = await preflight(CONSOLE, {
      'access-control-request-headers': 'Mcp-Param-City, x-evil, mcp-param-"x',
    })
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe(CONSOLE)
    expect(headers.get('access-control-allow-methods')).toBe('POST, GET, DELETE, OPTIONS')
    expect(headers.get('access-control-allow-headers')).toBe(
      'authorization, content-type, accept, idempotency-key, last-event-id, mcp-method, mcp-name, mcp-protocol-version, mcp-session-id, Mcp-Param-City',
    )
    expect(headers.get('access-control-max-age')).toBe('7200')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
    expect(headers.get('vary')?.split(', ')).toContain('Origin')
  })

  test.each([...FOREIGN, 'http://localhost:3000', 'http://127.0.0.1:1'])(
    'of the page %j is refused, and permits nothing',
    async (origin) => {
      const response = await preflight(origin, { 'access-control-request-private-network': 'true' })
      expect(response.status).toBe(403)
      expect(permissions(response)).toEqual([])
      expect(response.headers.get('vary')).toBe('Origin')
      expect(await response.json()).toMatchObject({ code: 'listen.origin_refused' })
    },
  )

  test('into a private network is granted to the allowed page that asks, and to no one else', async () => {
    const ask = { 'access-control-request-private-network': 'true' }
    const header = 'access-control-allow-private-network'
    expect((await preflight(CONSOLE, ask)).headers.get(header)).toBe('true')
    expect((await preflight(CONSOLE)).headers.get(header)).toBeNull()
    expect((await preflight('https://evil.example', ask)).headers.get(header)).toBeNull()
    expect((await preflight(undefined, ask)).headers.get(header)).toBeNull()
  })

  test('without a page says which methods there are, and permits nothing', async () => {
    const response = await preflight(undefined)
    expect([response.status, response.headers.get('allow')]).toEqual([
      204,
      'POST, GET, DELETE, OPTIONS',
    ])
    expect(permissions(response)).toEqual([])
  })
})

describe('an allowed page can read', () => {
  const expectReadable = (response: Response): void => {
    expect(response.headers.get('access-control-allow-origin')).toBe(CONSOLE)
    expect(response.headers.get('access-control-allow-credentials')).toBeNull()
    expect(response.headers.get('vary')).toBe('Origin')
    expect(response.headers.get('x-request-id')).toMatch(/^req_/)
    const exposed = response.headers.get('access-control-expose-headers')?.split(', ')
    expect(exposed).toEqual(
      expect.arrayContaining(['mcp-session-id', 'retry-after', 'www-authenticate', 'x-request-id']),
    )
  }

  test('an answer as JSON, and one as a stream', async () => {
    for (const tool of ['x', 'stream']) {
      const { response, text } = await call(CONSOLE, tool)
      expectReadable(response)
      expect([response.status, text.includes('content')]).toEqual([200, true])
    }
  })

  test('that its key is refused, with the challenge and the request to quote', async () => {
    const { response, text } = await call(CONSOLE, 'x', { authorization: 'Bearer wrong' })
    expect(response.status).toBe(401)
    expectReadable(response)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(JSON.parse(text)).toMatchObject({
      error: { data: { instance: response.headers.get('x-request-id') } },
    })
  })

  test('that it asks too often, and when to come back', async () => {
    const { response, text } = await call(CONSOLE, 'busy')
    expectReadable(response)
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7'])
    expect(JSON.parse(text)).toMatchObject({ error: { data: { code: 'test.busy' } } })
  })

  test('every other refusal: of form, of right, of place, of method', async () => {
    const answers = [
      [415, await call(CONSOLE, 'x', { 'content-type': 'text/plain' })],
      [406, await call(CONSOLE, 'x', { accept: 'text/html' })],
      [400, await call(CONSOLE, 'x', { 'mcp-protocol-version': '1999-01-01' })],
      [403, await call(CONSOLE, 'denied')],
    ] as const
    for (const [status, { response }] of answers) {
      expect(response.status).toBe(status)
      expectReadable(response)
    }
    const headers = { origin: CONSOLE, authorization: `Bearer ${BENCH_KEYS.alice}` }
    for (const [status, method, path] of [
      [404, 'DELETE', '/s/nobody/mcp'],
      [405, 'PUT', '/s/server/mcp'],
    ] as const) {
      const response = await fetch(`${bench.url}${path}`, { method, headers })
      expect(response.status).toBe(status)
      expectReadable(response)
    }
  })
})

describe('any other page', () => {
  test.each(FOREIGN)('(%j) is refused before its key is looked at', async (origin) => {
    const { response, text } = await call(origin)
    expect(response.status).toBe(403)
    expect(permissions(response)).toEqual([])
    expect(response.headers.get('vary')).toBe('Origin')
    expect(JSON.parse(text)).toMatchObject({ code: 'listen.origin_refused' })
  })

  test('of this machine can call as programs do, but no browser lets it read the answer', async () => {
    const { response } = await call('http://localhost:3000')
    expect([response.status, permissions(response)]).toEqual([200, []])
    expect(response.headers.get('vary')).toBe('Origin')
  })
})

test('an answer that names no page says that it could differ by page', async () => {
  const { response } = await call(undefined)
  expect(response.headers.get('vary')).toBe('Origin')
  expect(permissions(response)).toEqual([])
  expect(response.headers.get('x-request-id')).toBeNull()
})
