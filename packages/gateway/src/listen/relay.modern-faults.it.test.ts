import { request, type IncomingMessage } from 'node:http'
import { Problem } from '@mcp-orchestra/kernel'
import { expect, test } from 'vitest'
import { BENCH_KEYS } from './testing.ts'
import { resultFor } from './testing-messages.ts'
import { call, events, json, ModernBench, type Given } from './testing-modern.ts'
import { until } from './testing-upstream.ts'

const m = new ModernBench()

test('when the charge cannot be recorded, the result is not delivered: not as JSON, not as an event, not streamed', async () => {
  const secret = 'the-result'
  m.answer = ({ response, body }) => json(response, resultFor(body, { content: [secret] }))
  const asJson = await m.post(call('paid'), 'server', m.broken)
  expect(asJson.status).toBe(503)
  const text = await asJson.text()
  expect(text).not.toContain(secret)
  expect(JSON.parse(text)).toMatchObject({ error: { code: 503001 } })
  m.answer = ({ response, body }) => {
    events(response)
    response.end(`data: ${resultFor(body, { content: [secret] })}\n\n`)
  }
  const asEvent = await (await m.post(call('paid'), 'server', m.broken)).text()
  expect(asEvent).not.toContain(secret)
  expect(asEvent).toContain('503001')
  m.answer = ({ response, body }) =>
    json(response, resultFor(body, { content: ['x'.repeat(2_000_000)] }))
  const streamed = await m.post(call('paid'), 'server', m.broken)
  await expect(streamed.text()).rejects.toThrow(/terminated/)
})

test('a result over the cap of its server is refused and not charged', async () => {
  m.answer = ({ response, body }) =>
    json(response, resultFor(body, { content: ['x'.repeat(4_000)] }))
  const response = await m.post(call('paid'), 'small')
  expect(response.status).toBe(502)
  expect(await response.text()).toContain('upstream.result_too_large')
  m.answer = ({ response: out, body }) =>
    json(out, resultFor(body, { content: ['x'.repeat(3_000_000)] }))
  await (await m.post(call('paid'), 'small')).text().catch(() => 'cut')
  expect(m.outcomes()).toEqual(['result_too_large', 'result_too_large'])
})

test('a server that is away, hangs, breaks off, answers garbage, another request, or asks for credentials: each is named, none is charged', async () => {
  const cases: [string, (given: Given) => void, number, string][] = [
    ['gone', () => undefined, 502, 'ECONNREFUSED'],
    ['quick', () => undefined, 504, 'no answer within 200 ms'],
    ['server', ({ response }) => void response.socket?.destroy(), 502, 'the connection broke'],
    [
      'server',
      ({ response }) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '99' })
        response.write('{"jsonrpc"')
        setImmediate(() => response.socket?.destroy())
      },
      502,
      'the connection broke',
    ],
    ['server', ({ response }) => json(response, 'not json'), 502, 'not valid JSON'],
    [
      'server',
      ({ response }) => json(response, '{"jsonrpc":"2.0","id":4711,"result":{}}'),
      502,
      'for another request',
    ],
    [
      'server',
      ({ response }) =>
        void response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Oops</h1>'),
      502,
      'Oops',
    ],
    ['server', ({ response }) => json(response, '{}', 401), 502, 'credentials'],
    [
      'server',
      ({ response }) => void response.writeHead(302, { location: '/elsewhere' }).end(),
      502,
      'status 302',
    ],
    [
      'server',
      ({ response }) =>
        void response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: nope\n\n'),
      200,
      'not valid JSON',
    ],
    [
      'server',
      ({ response }) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(),
      200,
      'ended without a result',
    ],
  ]
  for (const [alias, behave, status, words] of cases) {
    m.answer = behave
    const response = await m.post(call('paid'), alias)
    expect([words, response.status]).toEqual([words, status])
    expect(await response.text()).toContain(words)
  }
  expect(new Set(m.outcomes())).toEqual(new Set(['upstream_failed', 'timeout', 'invalid_result']))
})

test('a call over the limit of its server is refused at once', async () => {
  m.answer = () => undefined
  const first = m.post(call('paid'), 'quick')
  await until(() => m.seen.length === 1, 'the first call is at the server')
  const second = await m.post(call('paid'), 'quick')
  expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1'])
  await (await first).text()
})

test('a client that leaves cancels its call: the server sees the stream close, the charge is released, the socket is free', async () => {
  let closed = 0
  m.answer = ({ response }) => {
    events(
      response,
      '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}',
    )
    response.on('close', () => (closed += 1))
  }
  const rounds = 40
  await Promise.all(
    Array.from({ length: rounds }, async () => {
      const leave = new AbortController()
      const response = await m.post({ ...call('paid'), signal: leave.signal })
      await response.body?.getReader().read()
      leave.abort()
    }),
  )
  await until(() => closed === rounds, 'every stream at the server is closed')
  await until(() => m.bench.ledger.length === rounds, 'every call is settled')
  expect(new Set(m.outcomes())).toEqual(new Set(['cancelled']))
  m.answer = ({ response, body }) => json(response, resultFor(body, { content: [] }))
  expect((await m.post(call('paid'))).status).toBe(200)
})

test('a client that does not read slows the server down instead of filling our memory', async () => {
  let written = 0
  const total = 48 * 1024 * 1024
  m.answer = ({ response, body }) => {
    const { id } = JSON.parse(body) as { id: number }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write(`{"jsonrpc":"2.0","id":${id},"result":{"content":["`)
    const chunk = 'y'.repeat(1024 * 1024)
    const more = (): void => {
      while (written < total) {
        written += chunk.length
        if (!response.write(chunk)) return void response.once('drain', more)
      }
      response.end('"]}}')
    }
    more()
  }
  const { hostname, port } = new URL(m.bench.url)
  const { body, headers } = call('paid')
  const outgoing = request({
    hostname,
    port,
    path: '/s/server/mcp',
    method: 'POST',
    headers: headers,
  })
  outgoing.end(body)
  const incoming = await new Promise<IncomingMessage>((resolve) => outgoing.on('response', resolve))
  incoming.pause()
  let before = -1
  await until(() => {
    const still = written === before
    before = written
    return still && written > 0
  }, 'the server is held back')
  expect(written).toBeLessThan(total)
  let got = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) got += chunk.length
  expect(got).toBeGreaterThan(total)
  expect(m.outcomes()).toEqual(['complete'])
})

test('a revoked key ends its calls within the turn, uncharged and with the reason', async () => {
  m.answer = ({ response }) => events(response)
  const pending = m.post(call('paid'))
  await until(() => m.seen.length === 1, 'the call is at the server')
  const problem = new Problem('test.revoked', {
    status: 403,
    title: 'The key is revoked.',
    retryable: false,
  })
  expect(m.bench.relay.abortWhere(({ keyId }) => keyId === BENCH_KEYS.bob, problem)).toBe(0)
  expect(
    m.bench.relay.abortWhere(({ keyId }) => keyId === BENCH_KEYS.alice, problem),
  ).toBeGreaterThan(0)
  expect(await (await pending).text()).toContain('The key is revoked.')
  expect(m.outcomes()).toEqual(['cancelled'])
})

test('a client that stops reading cannot hold its call beyond the deadline: it is released and cut off', async () => {
  m.answer = ({ response, body }) => {
    const { id } = JSON.parse(body) as { id: number }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write(`{"jsonrpc":"2.0","id":${id},"result":{"content":["`)
    response.write('z'.repeat(32 * 1024 * 1024))
    response.end('"]}}')
  }
  const { hostname, port } = new URL(m.bench.url)
  const { body, headers } = call('paid')
  const outgoing = request({ hostname, port, path: '/s/quick/mcp', method: 'POST', headers })
  outgoing.end(body)
  const incoming = await new Promise<IncomingMessage>((resolve) => outgoing.on('response', resolve))
  incoming.pause()
  await until(() => m.outcomes().length === 1, 'the call is settled')
  expect(m.outcomes()).toEqual(['timeout'])
  incoming.on('error', () => undefined)
  incoming.resume()
  await until(() => incoming.destroyed, 'the client is cut off')
})
