import { describe, expect, test } from 'vitest'
import { createOrchestra, type Orchestra } from '../orchestra.ts'
import { OrchestraProblem } from '../problem.ts'
import {
  connectionLost,
  errorFor,
  json,
  legacyServer,
  pretendNetwork,
  resultFor,
  type Answering,
  type Seen,
} from './testing.ts'

const KEY = 'io.mcp-orchestra/idempotencyKey'
const ATTEMPT = 'io.mcp-orchestra/attempt'
const PAID = { name: 'echo', _meta: { 'io.mcp-orchestra/price': { amount: '1000', asset: 'USD' } } }

function connect(answer: Answering): { orchestra: Orchestra; seen: Seen[] } {
  const network = pretendNetwork(answer)
  const orchestra = createOrchestra({
    baseUrl: 'http://control.test',
    gatewayUrl: 'http://gateway.test/',
    apiKey: 'mcpo_test_x',
    fetch: network.fetch,
  })
  return { orchestra, seen: network.seen }
}

const echo = { server: 'everything', params: { name: 'echo', arguments: { message: 'hi' } } }

function calls(seen: readonly Seen[]): Seen[] {
  return seen.filter(({ body }) => body.method === 'tools/call')
}

async function problemOf(promise: Promise<unknown>): Promise<OrchestraProblem> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(OrchestraProblem)
  return error as OrchestraProblem
}

describe('routeRequest', () => {
  test('speaks the legacy era in a session when the server is not modern', async () => {
    const { orchestra, seen } = connect(legacyServer({}))
    const { result, attempts } = await orchestra.hub.routeRequest(echo)
    expect(result).toEqual({ content: [{ type: 'text', text: 'ok' }] })
    expect(attempts).toBe(1)
    expect(seen.map(({ body }) => body.method)).toEqual([
      'server/discover',
      'initialize',
      'notifications/initialized',
      'tools/call',
    ])
    const call = calls(seen)[0]
    expect(call?.url).toBe('http://gateway.test/s/everything/mcp')
    expect(call?.headers.get('mcp-session-id')).toBe('session-1')
    expect(call?.headers.get('authorization')).toBe('Bearer mcpo_test_x')
    await orchestra.close()
    expect(seen.at(-1)?.method).toBe('DELETE')
  })

  test('speaks the modern era without a session, with the headers that it asks for', async () => {
    const { orchestra, seen } = connect((request) =>
      resultFor(request, { resultType: 'complete', content: [] }),
    )
    await orchestra.hub.routeRequest({ server: 'm', params: { name: 'größe' } })
    const call = calls(seen)[0]
    expect(call?.headers.get('mcp-protocol-version')).toBe('2026-07-28')
    expect(call?.headers.get('mcp-method')).toBe('tools/call')
    expect(call?.headers.get('mcp-name')).toBe('=?base64?Z3LDtsOfZQ==?=')
    expect(call?.body.params?._meta?.['io.modelcontextprotocol/protocolVersion']).toBe('2026-07-28')
  })

  test('repeats marked parameters in headers, as they are or in the sentinel form, and only in the modern era', async () => {
    const paramHeaders = {
      Region: 'eu-west 1',
      City: 'Köln',
      Padded: ' a',
      Look: '=?base64?eA==?=',
      No: '',
    }
    const request = { server: 'm', params: { name: 'echo' }, paramHeaders }
    const modern = connect((seen) => resultFor(seen, { resultType: 'complete', content: [] }))
    await modern.orchestra.hub.routeRequest(request)
    const sent = calls(modern.seen)[0]?.headers
    const parameters = [...(sent ?? [])].filter(([name]) => name.startsWith('mcp-param-'))
    expect(Object.fromEntries(parameters)).toEqual({
      'mcp-param-region': 'eu-west 1',
      'mcp-param-city': '=?base64?S8O2bG4=?=',
      'mcp-param-padded': '=?base64?IGE=?=',
      'mcp-param-look': '=?base64?PT9iYXNlNjQ/ZUE9PT89?=',
      'mcp-param-no': '=?base64??=',
    })
    const legacy = connect(legacyServer({}))
    await legacy.orchestra.hub.routeRequest(request)
    expect(calls(legacy.seen)[0]?.headers.has('mcp-param-region')).toBe(false)
  })

  test('without a server calls the aggregated endpoint', async () => {
    const { orchestra, seen } = connect(legacyServer({}))
    await orchestra.hub.routeRequest({ params: { name: 'echo' } })
    expect(seen[0]?.url).toBe('http://gateway.test/mcp')
  })

  test('always names the purchase and the attempt, and keeps the caller’s own _meta', async () => {
    const { orchestra, seen } = connect(legacyServer({}))
    const params = { name: 'echo', _meta: { progressToken: 7 } }
    const { idempotencyKey } = await orchestra.hub.routeRequest({ server: 's', params })
    expect(calls(seen)[0]?.body.params?._meta).toEqual({
      progressToken: 7,
      [KEY]: idempotencyKey,
      [ATTEMPT]: 1,
    })
  })

  test('sends the dearest price in atomic units', async () => {
    const { orchestra, seen } = connect(legacyServer({}))
    await orchestra.hub.routeRequest({ ...echo, maxChargeUsd: '0.002' })
    expect(calls(seen)[0]?.body.params?._meta?.['io.mcp-orchestra/maxCharge']).toEqual({
      amount: '2000000000000000',
      asset: 'USD',
    })
  })

  test('sends a paid call whose answer was lost again, with the same key and the next attempt', async () => {
    let times = 0
    const { orchestra, seen } = connect(
      legacyServer({
        tools: [PAID],
        call: (request) => {
          times += 1
          if (times === 1) throw connectionLost()
          return resultFor(request, { content: [] })
        },
      }),
    )
    const { idempotencyKey, attempts } = await orchestra.hub.routeRequest(echo)
    expect(attempts).toBe(2)
    expect(calls(seen).map(({ body }) => body.params?._meta)).toEqual([
      { [KEY]: idempotencyKey, [ATTEMPT]: 1 },
      { [KEY]: idempotencyKey, [ATTEMPT]: 2 },
    ])
  })

  test('sends a stream that ended before its response again, too', async () => {
    let times = 0
    const { orchestra } = connect(
      legacyServer({
        tools: [PAID],
        call: (request) => {
          times += 1
          return times === 1
            ? new Response(': nothing yet\n\n', {
                headers: { 'content-type': 'text/event-stream' },
              })
            : resultFor(request, { content: [] })
        },
      }),
    )
    expect((await orchestra.hub.routeRequest(echo)).attempts).toBe(2)
  })

  test('never repeats a free call that may have run and may not run twice', async () => {
    const { orchestra, seen } = connect(
      legacyServer({
        tools: [{ name: 'echo' }],
        call: () => {
          throw connectionLost()
        },
      }),
    )
    const problem = await problemOf(orchestra.hub.routeRequest(echo))
    expect(problem.code).toBe('sdk.connection_lost')
    expect(calls(seen)).toHaveLength(1)
  })

  test('repeats a tool that says it is idempotent', async () => {
    let times = 0
    const { orchestra } = connect(
      legacyServer({
        tools: [{ name: 'echo', annotations: { idempotentHint: true } }],
        call: (request) => {
          times += 1
          if (times < 3) throw connectionLost()
          return resultFor(request, {})
        },
      }),
    )
    expect((await orchestra.hub.routeRequest(echo)).attempts).toBe(3)
  })

  test('waits as long as the gateway asks when it is away, and tries again', async () => {
    let times = 0
    const away = {
      type: 'x',
      code: 'link.unreachable',
      status: 503,
      title: 'Away',
      retryable: true,
    }
    const { orchestra } = connect(
      legacyServer({
        call: (request) => {
          times += 1
          return times === 1
            ? errorFor(request, { code: 503_001, message: 'Away', data: away })
            : resultFor(request, {})
        },
      }),
    )
    expect((await orchestra.hub.routeRequest(echo)).attempts).toBe(2)
  })

  test('does not repeat a refusal for money: nothing changes by asking again', async () => {
    const data = {
      type: 'urn:mcp-orchestra:problem:charge.insufficient_funds',
      code: 'charge.insufficient_funds',
      status: 402,
      title: 'Not enough money.',
      detail: 'echo costs 0.001 USD, 0 USD are available',
      retryable: true,
      price: { amount: '1', asset: 'USD' },
    }
    const { orchestra, seen } = connect(
      legacyServer({ call: (request) => errorFor(request, { code: 402_001, message: 'x', data }) }),
    )
    const problem = await problemOf(orchestra.hub.routeRequest(echo))
    expect(problem).toMatchObject({
      code: 'charge.insufficient_funds',
      status: 402,
      rpcCode: 402_001,
      detail: data.detail,
      members: { price: data.price },
    })
    expect(calls(seen)).toHaveLength(1)
  })

  test('opens a session again when the gateway forgot it', async () => {
    let forgotten = false
    const { orchestra, seen } = connect(
      legacyServer({
        call: (request) => {
          if (forgotten) return resultFor(request, {})
          forgotten = true
          return errorFor(request, { code: -32_001, message: 'session not found' }, 404)
        },
      }),
    )
    expect((await orchestra.hub.routeRequest(echo)).attempts).toBe(1)
    expect(calls(seen)[1]?.headers.get('mcp-session-id')).toBe('session-2')
  })

  test('an error of the MCP server arrives with its code and data', async () => {
    const { orchestra } = connect(
      legacyServer({
        call: (request) => errorFor(request, { code: -32_602, message: 'no such tool', data: 7 }),
      }),
    )
    const problem = await problemOf(orchestra.hub.routeRequest(echo))
    expect(problem).toMatchObject({
      code: 'sdk.rpc_error',
      rpcCode: -32_602,
      detail: 'no such tool',
      members: { data: 7 },
    })
  })

  test('a wrong key is a problem, whatever era was asked for', async () => {
    const refusal = {
      type: 'x',
      code: 'authorize.unknown_key',
      status: 401,
      title: 'The key is unknown.',
      retryable: false,
    }
    const { orchestra, seen } = connect(() =>
      json(refusal, { status: 401, type: 'application/problem+json' }),
    )
    expect((await problemOf(orchestra.hub.routeRequest(echo))).code).toBe('authorize.unknown_key')
    expect(seen).toHaveLength(1)
  })

  test('an abort ends the call with the caller’s reason and tells the server', async () => {
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    const { orchestra, seen } = connect(
      legacyServer({
        call: () => {
          controller.abort(reason)
          throw new DOMException('aborted', 'AbortError')
        },
      }),
    )
    await expect(orchestra.hub.routeRequest(echo, { signal: controller.signal })).rejects.toBe(
      reason,
    )
    expect(seen.at(-1)?.body).toMatchObject({
      method: 'notifications/cancelled',
      params: { requestId: 1 },
    })
  })

  test('what answers but is no platform is named as such', async () => {
    const { orchestra } = connect(
      () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
    )
    expect((await problemOf(orchestra.hub.routeRequest(echo))).code).toBe('sdk.not_orchestra')
  })

  test('messages before the response are heard, and a ping is answered', async () => {
    const progress = { jsonrpc: '2.0', method: 'notifications/progress', params: { progress: 1 } }
    const { orchestra, seen } = connect(
      legacyServer({
        call: ({ body }) =>
          new Response(
            [
              progress,
              { jsonrpc: '2.0', id: 'p1', method: 'ping' },
              { jsonrpc: '2.0', id: body.id, result: { content: [] } },
            ]
              .map((message) => `event: message\ndata: ${JSON.stringify(message)}\n\n`)
              .join(''),
            { headers: { 'content-type': 'text/event-stream' } },
          ),
      }),
    )
    const heard: unknown[] = []
    await orchestra.hub.routeRequest({ ...echo, onMessage: (message) => heard.push(message) })
    expect(heard).toEqual([progress])
    expect(seen.map(({ body }) => body)).toContainEqual({ jsonrpc: '2.0', id: 'p1', result: {} })
  })
})
