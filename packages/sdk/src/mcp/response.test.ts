import { describe, expect, test } from 'vitest'
import { createOrchestra, type Orchestra } from '../orchestra.ts'
import type { Progress } from './progress.ts'
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

/** The largest result that a server may have, in bytes: what the platform lets through by default. */
const RESULT_BYTES_MAX = 16 * 1024 * 1024

const echo = { server: 's', params: { name: 'echo', arguments: { message: 'hi' } } }

function connect(call: Answering): { orchestra: Orchestra; seen: Seen[] } {
  const network = pretendNetwork(legacyServer({ call }))
  const orchestra = createOrchestra({
    baseUrl: 'http://control.test',
    gatewayUrl: 'http://gateway.test',
    apiKey: 'mcpo_test_secret',
    fetch: network.fetch,
  })
  return { orchestra, seen: network.seen }
}

function stream(...messages: readonly unknown[]): Response {
  const text = messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join('')
  return new Response(text, { headers: { 'content-type': 'text/event-stream' } })
}

function progress(token: unknown, params: object): object {
  return {
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken: token, ...params },
  }
}

describe('a response', () => {
  test('shows the texts that went over the wire, byte for byte, and no key', async () => {
    const text = '{ "jsonrpc":"2.0", "id":1,"result": {"content":[ ],"n":1e400} }'
    const { orchestra } = connect(
      () => new Response(text, { headers: { 'content-type': 'application/json' } }),
    )
    const { frames, idempotencyKey } = await orchestra.hub.routeRequest(echo)
    expect(frames.response).toBe(text)
    expect(JSON.parse(frames.request)).toEqual({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        ...echo.params,
        _meta: {
          'io.mcp-orchestra/idempotencyKey': idempotencyKey,
          'io.mcp-orchestra/attempt': 1,
        },
      },
    })
    expect(frames.request).not.toContain('secret')
  })

  test('says how long the attempt took that was answered, without the pauses before it', async () => {
    let times = 0
    const { orchestra } = connect((request) => {
      times += 1
      if (times === 1) throw connectionLost('ECONNREFUSED')
      return resultFor(request, {})
    })
    const startedMs = performance.now()
    const { durationMs, attempts } = await orchestra.hub.routeRequest(echo)
    const wholeMs = performance.now() - startedMs
    expect(attempts).toBe(2)
    expect(durationMs).toBeGreaterThanOrEqual(0)
    expect(wholeMs - durationMs).toBeGreaterThanOrEqual(100)
  })

  test.each(['JSON', 'a stream'])('of the largest size arrives whole, as %s', async (form) => {
    const text = `"\\ ${'ä€😀'.repeat(RESULT_BYTES_MAX / 9 / 2)}`.padEnd(RESULT_BYTES_MAX / 2, 'x')
    const { orchestra } = connect((request) => {
      const result = { content: [{ type: 'text', text }] }
      return form === 'JSON'
        ? resultFor(request, result)
        : stream({ jsonrpc: '2.0', id: request.body.id, result })
    })
    const { result, frames } = await orchestra.hub.routeRequest(echo)
    const content = result['content'] as readonly { text: string }[]
    // Not toEqual: a difference of megabytes is no message for people.
    expect(content[0]?.text === text).toBe(true)
    expect(frames.response.length).toBeGreaterThan(text.length)
  })
})

describe('while a call runs', () => {
  test('progress is asked for by a token, and told in order; that of other requests is not', async () => {
    const { orchestra, seen } = connect((request) => {
      const token = request.body.params?._meta?.['progressToken']
      return stream(
        progress(token, { progress: 1, total: 3 }),
        progress('another', { progress: 99 }),
        progress(token, { progress: 2, total: 3, message: 'two of three' }),
        progress(token, { progress: 'much' }),
        { jsonrpc: '2.0', id: request.body.id, result: {} },
      )
    })
    const heard: Progress[] = []
    await orchestra.hub.routeRequest({ ...echo, onProgress: (step) => heard.push(step) })
    expect(seen.at(-1)?.body.params?._meta?.['progressToken']).toMatch(/^req_/)
    expect(heard).toEqual([
      { progress: 1, total: 3 },
      { progress: 2, total: 3, message: 'two of three' },
    ])
  })

  test('the caller’s own progress token is kept', async () => {
    const { orchestra } = connect((request) =>
      stream(progress(7, { progress: 1 }), { jsonrpc: '2.0', id: request.body.id, result: {} }),
    )
    const heard: Progress[] = []
    await orchestra.hub.routeRequest({
      server: 's',
      params: { name: 'echo', _meta: { progressToken: 7 } },
      onProgress: (step) => heard.push(step),
    })
    expect(heard).toEqual([{ progress: 1 }])
  })

  test('every text is heard as it is sent and received, also that of a refusal', async () => {
    const refusal = { code: -32_602, message: 'no such tool' }
    const { orchestra, seen } = connect((request) => errorFor(request, refusal))
    const heard: [string, unknown][] = []
    const call = orchestra.hub.routeRequest({
      ...echo,
      onFrame: ({ direction, text }) => heard.push([direction, JSON.parse(text)]),
    })
    await expect(call).rejects.toMatchObject({ rpcCode: -32_602 })
    expect(heard).toEqual([
      ['sent', seen.at(-1)?.body],
      ['received', { jsonrpc: '2.0', id: 1, error: refusal }],
    ])
  })

  test('a refusal at the door is heard, too', async () => {
    const document = { type: 'x', code: 'listen.media_type', status: 415, title: 'No.' }
    const { orchestra } = connect(() =>
      json(document, { status: 415, type: 'application/problem+json' }),
    )
    const heard: string[] = []
    const call = orchestra.hub.routeRequest({ ...echo, onFrame: ({ text }) => heard.push(text) })
    await expect(call).rejects.toMatchObject({ code: 'listen.media_type' })
    expect(heard.at(-1)).toBe(JSON.stringify(document))
  })
})
