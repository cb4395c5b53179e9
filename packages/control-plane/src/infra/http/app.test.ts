import { createIds, instant, Problem, type Clock } from '@mcp-orchestra/kernel'
import { createRoute, z } from '@hono/zod-openapi'
import { describe, expect, test } from 'vitest'
import { createLog } from '../telemetry/log.ts'
import { createApp, PUBLIC_BODY_BYTES_MAX } from './app.ts'
import type { RouteRates } from './rate-limit.ts'

function bench(publicRates?: RouteRates) {
  let nowMs = 0
  const clock: Clock = { now: () => instant(nowMs), monotonicMs: () => nowMs }
  const lines: string[] = []
  const app = createApp({
    clock,
    ids: createIds(clock),
    log: createLog('debug', { write: (line) => void lines.push(line) }),
    ...(publicRates === undefined ? {} : { publicRates }),
  })
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/echo/{id}',
      request: {
        params: z.object({ id: z.string() }),
        body: {
          required: true,
          content: { 'application/json': { schema: z.object({ n: z.int() }).strict() } },
        },
      },
      responses: { 200: { description: 'echo' } },
    }),
    (context) => context.json(context.req.valid('json'), 200),
  )
  app.get('/v1/bug', () => {
    throw new Error('the password is hunter2')
  })
  app.get('/v1/refused', () => {
    const kind = { status: 409, title: 'No.', retryable: true }
    throw new Problem('test.refused', kind, {
      detail: 'Because.',
      cause: 'inside',
      retryAfterSeconds: 1.2,
    })
  })
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    app.request('/v1/echo/secret-id?token=secret-token', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
  return { app, lines, post, advance: (ms: number) => (nowMs += ms) }
}

async function problemOf(answer: Response) {
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  return (await answer.json()) as Record<string, unknown>
}

describe('one translation of errors', () => {
  test('a refusal says what the caller may know, and nothing from inside', async () => {
    const answer = await bench().app.request('/v1/refused')
    expect(answer.status).toBe(409)
    expect(answer.headers.get('retry-after')).toBe('2')
    expect(await problemOf(answer)).toEqual({
      type: 'urn:mcp-orchestra:problem:test.refused',
      title: 'No.',
      status: 409,
      code: 'test.refused',
      detail: 'Because.',
      instance: answer.headers.get('x-request-id'),
      retryable: true,
    })
  })

  test('a bug is 500 without a word about it outside, and with its stack in the log', async () => {
    const { app, lines } = bench()
    const answer = await app.request('/v1/bug')
    expect(answer.status).toBe(500)
    const text = JSON.stringify(await problemOf(answer))
    expect(text).toContain('"internal"')
    expect(text).not.toContain('hunter2')
    expect(lines.join()).toContain('hunter2')
  })

  test('bad fields are named', async () => {
    const answer = await bench().post('{"n":"one","extra":1}')
    expect(answer.status).toBe(400)
    expect(await problemOf(answer)).toMatchObject({
      code: 'request.invalid',
      errors: expect.arrayContaining([expect.objectContaining({ field: 'n' })]),
    })
  })

  test('what is not JSON, not declared as JSON, or nowhere, says so', async () => {
    const { post, app } = bench()
    const malformed = await post('{"n":')
    expect(malformed.status).toBe(400)
    expect(await problemOf(malformed)).toMatchObject({ code: 'request.invalid' })
    expect(
      (await post('n=1', { 'content-type': 'application/x-www-form-urlencoded' })).status,
    ).toBe(415)
    const nowhere = await app.request('/v1/nowhere')
    expect(nowhere.status).toBe(404)
    expect(await problemOf(nowhere)).toMatchObject({ code: 'request.not_found' })
  })
})

describe('limits', () => {
  test('a body over the limit is refused, whether its length is declared or not', async () => {
    const { post, app } = bench()
    const big = new Uint8Array(PUBLIC_BODY_BYTES_MAX + 1).fill(32)
    const declared = await post(big, { 'content-length': String(big.length) })
    expect(declared.status).toBe(413)
    expect(await problemOf(declared)).toMatchObject({ code: 'request.too_large' })
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(big)
        controller.close()
      },
    })
    const streamed = await app.request('/v1/echo/x', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      body: stream,
      duplex: 'half',
    })
    expect(streamed.status).toBe(413)
  })

  test('an address that asks too fast waits, whatever it says of itself', async () => {
    const rate = { perMinute: 60, burst: 2 }
    const { app, advance } = bench({
      perAddress: rate,
      perCredential: { perMinute: 600, burst: 99 },
    })
    const ask = (forwarded: string, remoteAddress = '192.0.2.1') =>
      app.request(
        '/v1/nowhere',
        { headers: { 'x-forwarded-for': forwarded, authorization: `Bearer ${forwarded}` } },
        { incoming: { socket: { remoteAddress } } },
      )
    expect([(await ask('a')).status, (await ask('b')).status]).toEqual([404, 404])
    const refused = await ask('c')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect((await ask('d', '192.0.2.2')).status).toBe(404)
    advance(1_000)
    expect((await ask('e')).status).toBe(404)
  })

  test('a credential that asks too fast waits, from however many addresses', async () => {
    const { app } = bench({
      perAddress: { perMinute: 600, burst: 99 },
      perCredential: { perMinute: 60, burst: 2 },
    })
    const ask = (address: number) =>
      app.request(
        '/v1/nowhere',
        { headers: { authorization: 'Bearer one' } },
        { incoming: { socket: { remoteAddress: `192.0.2.${address}` } } },
      )
    const statuses = [(await ask(1)).status, (await ask(2)).status, (await ask(3)).status]
    expect(statuses).toEqual([404, 404, 429])
  })
})

describe('every answer', () => {
  test('has a request id of ours and the headers that keep it data', async () => {
    const { app } = bench()
    const answer = await app.request('/v1/nowhere', { headers: { 'x-request-id': 'mine' } })
    expect(answer.headers.get('x-request-id')).toMatch(/^req_[0-9a-z]{26}$/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('allows no other origin', async () => {
    const { app } = bench()
    const answer = await app.request('/v1/nowhere', { headers: { origin: 'https://evil.example' } })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('leaves a log line without ids, queries, headers and bodies', async () => {
    const { post, lines } = bench()
    await post('{"n":1}', { authorization: 'Bearer secret-key' })
    const line = JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>
    expect(line).toMatchObject({
      event: 'http.answered',
      route: '/v1/echo/:id',
      status: 200,
      method: 'POST',
    })
    expect(lines.join()).not.toMatch(/secret-/)
  })
})
