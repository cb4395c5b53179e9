import { expect, test } from 'vitest'
import { BENCH_KEYS } from '../../listen/testing.ts'
import { until } from '../../listen/testing-upstream.ts'
import { CAN_ALL, TranslationBench } from './testing.ts'

const t = new TranslationBench({ limits: { resultBytesMax: 64 * 1024 * 1024 } })
const NAME = '"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"old","version":"0.9"}}'

test('a greeting is turned into a discovery: its own words, and only what is relayed', async () => {
  const { answer } = await t.ask('server/discover')
  expect(answer.result).toEqual({
    resultType: 'complete',
    supportedVersions: ['2026-07-28'],
    capabilities: {
      tools: { listChanged: true },
      prompts: {},
      resources: { subscribe: true, listChanged: true },
      logging: {},
      completions: {},
    },
    instructions: 'Be kind.',
    ttlMs: 0,
    cacheScope: 'private',
    _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'old', version: '0.9' } },
  })
})

test('a result keeps its bytes: only what the modern era needs is spliced in', async () => {
  const inner = '"content":[ {"type":"text","text":"\\u00e9","n":1.0e0} ],"x-own":{"b":1,"a":2}'
  t.server.answer = ({ rpc, json }) =>
    json(`{"id":${String(rpc.id)},"result":{ ${inner}},"jsonrpc":"2.0"}`)
  const text = await (await t.send('tools/call', { name: 'free' }, { id: 'mine' })).text()
  expect(text).toBe(
    `{"id":"mine","result":{"resultType":"complete",${NAME}, ${inner}},"jsonrpc":"2.0"}`,
  )
  t.server.answer = ({ rpc, json }) =>
    json(`{"jsonrpc":"2.0","id":${String(rpc.id)},"result":{"contents":[],"_meta":{"own":1.0}}}`)
  const read = await (await t.send('resources/read', { uri: 'a:b' }, { id: 1 })).text()
  expect(read).toBe(
    '{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","ttlMs":0,"cacheScope":"private","contents":[],"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"old","version":"0.9"},"own":1.0}}}',
  )
})

test('a legacy server gets the request without the envelope, the trace context included, under a session of its revision', async () => {
  await t.ask(
    'tools/call',
    { name: 'free', arguments: { a: 1 }, 'x-odd': [1] },
    { meta: { progressToken: 'mine', traceparent: '00-1' } },
  )
  const [asked] = t.server.of('tools/call')
  expect(asked?.rpc.params).toEqual({
    name: 'free',
    arguments: { a: 1 },
    'x-odd': [1],
    _meta: { progressToken: asked?.rpc.id, traceparent: '00-1' },
  })
  expect(asked?.headers['mcp-protocol-version']).toBe('2025-11-25')
  expect(asked?.headers['mcp-session-id']).toBe(asked?.session.id)
  expect(Object.keys(asked?.headers ?? {})).not.toContain('mcp-method')
  await t.ask('tools/call', { name: 'free' })
  expect(t.server.of('tools/call')[1]?.rpc.params).toEqual({ name: 'free' })
})

test('calls of one client share a session; another client, key or server has its own', async () => {
  t.forget()
  const sessionOf = async (more: Parameters<typeof t.ask>[2]): Promise<string | undefined> => {
    await t.ask('tools/call', { name: 'free' }, more)
    return t.server.asked.at(-1)?.session.id
  }
  const own = await sessionOf({ can: CAN_ALL })
  expect(await sessionOf({ can: CAN_ALL })).toBe(own)
  const others = [
    await sessionOf({}),
    await sessionOf({ can: CAN_ALL, key: BENCH_KEYS.bob }),
    await sessionOf({ can: CAN_ALL, alias: 'twin' }),
    await sessionOf({
      can: CAN_ALL,
      meta: { 'io.modelcontextprotocol/clientInfo': { name: 'x', version: '1' } },
    }),
  ]
  expect(new Set([own, ...others]).size).toBe(5)
  const { params } = t.server.session.initialize
  expect(params).toEqual({
    protocolVersion: '2025-11-25',
    capabilities: { sampling: {}, elicitation: { form: {}, url: {} }, roots: {} },
    clientInfo: { name: 'x', version: '1' },
  })
})

test('a session that the server has forgotten is opened again, and the call runs once', async () => {
  await t.ask('tools/call', { name: 'free' })
  t.forget()
  const { answer } = await t.ask('tools/call', { name: 'free' })
  expect(answer.result?.resultType).toBe('complete')
  expect(t.server.of('tools/call')).toHaveLength(2)
})

test('a call that has not run survives that its session is lost on the stream first', async () => {
  await t.ask('prompts/list', {}, { can: CAN_ALL })
  t.forget()
  const before = t.server.refusedStreams
  t.server.refuse = (now) =>
    void until(() => t.server.refusedStreams > before, 'the stream is refused').then(() =>
      setImmediate(now),
    )
  try {
    const { answer } = await t.ask('tools/call', { name: 'free' }, { can: CAN_ALL })
    expect(answer.result?.resultType).toBe('complete')
    expect(t.server.of('tools/call')).toHaveLength(1)
  } finally {
    t.server.refuse = (now) => now()
  }
})

test.each([
  ['initialize', {}],
  ['ping', {}],
  ['logging/setLevel', { level: 'debug' }],
  ['resources/subscribe', { uri: 'a:b' }],
  ['tasks/list', {}],
])('the modern era has no %s: 404, and the server hears nothing of it', async (method, params) => {
  expect(await t.ask(method, params)).toMatchObject({
    status: 404,
    answer: { error: { code: -32601 } },
  })
  expect(t.server.asked).toEqual([])
})

test('errors have the modern codes and statuses, and their other bytes', async () => {
  const error = (text: string): void => {
    t.server.answer = ({ rpc, json }) =>
      json(`{"jsonrpc":"2.0","id":${String(rpc.id)},"error":${text}}`)
  }
  error('{"code":-32002,"message":"gone"}')
  expect(await t.ask('resources/read', { uri: 'a:b' }, { id: 3 })).toEqual({
    status: 200,
    notices: [],
    answer: {
      jsonrpc: '2.0',
      id: 3,
      error: { code: -32602, message: 'gone', data: { uri: 'a:b' } },
    },
  })
  error('{"code":-32601,"message":"no such"}')
  expect((await t.ask('x/unknown')).status).toBe(404)
  error('{"code":-32002,"message":"not of a resource","data":[1.0]}')
  expect(await t.ask('tools/call', { name: 'free' })).toMatchObject({
    status: 200,
    answer: { error: { code: -32002, data: [1] } },
  })
})

test('a server logs only for whoever asks for it, from the level that was asked for', async () => {
  const log = (level: string): string =>
    `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"${level}","data":1}}`
  t.server.answer = (asked) => {
    asked.event(log('debug'))
    asked.event(log('error'))
    asked.result({ content: [] })
  }
  expect((await t.ask('tools/call', { name: 'free' })).notices).toEqual([])
  expect(t.server.of('logging/setLevel')).toHaveLength(0)
  const meta = { 'io.modelcontextprotocol/logLevel': 'warning' }
  const { notices } = await t.ask('tools/call', { name: 'free' }, { meta })
  expect(notices).toMatchObject([{ params: { level: 'error' } }])
  await t.ask('tools/call', { name: 'free' }, { meta })
  expect(t.server.of('logging/setLevel').map(({ rpc }) => rpc.params)).toEqual([
    { level: 'warning' },
  ])
  const odd = { 'io.modelcontextprotocol/logLevel': 'loud' }
  expect(await t.ask('tools/call', { name: 'free' }, { meta: odd })).toMatchObject({
    status: 400,
    answer: { error: { code: -32602 } },
  })
})

test("progress comes under the client's own token, and only while the call is open", async () => {
  t.server.answer = (asked) => {
    const progress = (token: unknown): void =>
      asked.event({
        method: 'notifications/progress',
        params: { progressToken: token, progress: 1 },
      })
    // The token that the server knows is its call's id.
    progress(asked.rpc.id)
    progress('of another')
    asked.event({ method: 'notifications/tools/list_changed' })
    asked.result({ content: [] })
  }
  const { notices } = await t.ask('tools/call', { name: 'free' }, { meta: { progressToken: 'p' } })
  expect(notices).toMatchObject([{ params: { progressToken: 'p', progress: 1 } }])
})

test('a client that closes its stream cancels the call at the server', async () => {
  t.server.answer = (asked) => asked.event({ method: 'notifications/x' })
  const leave = new AbortController()
  const response = await t.send('tools/call', { name: 'free' }, { signal: leave.signal })
  expect(response.status).toBe(200)
  const asked = t.server.asked[0]
  leave.abort()
  await until(
    () =>
      asked?.session.told.some(
        ({ method, params }) =>
          method === 'notifications/cancelled' && params?.['requestId'] === asked.rpc.id,
      ) === true,
    'the server hears of it',
  )
  expect(t.outcomes()).toEqual(['cancelled'])
})

test('a stream that the server closes is resumed where it ended: the client has one', async () => {
  t.server.answer = (asked) => {
    asked.event({ method: 'notifications/x', params: { n: 1 } }, '1-7')
    asked.response.write('retry: 10\n\n')
    asked.end()
    void t.server
      .unasked({ id: asked.rpc.id, result: { content: [], resumed: true } }, asked.session)
      .catch(() => undefined)
  }
  const { answer } = await t.ask('tools/call', { name: 'free' })
  expect(answer.result).toMatchObject({ resultType: 'complete', resumed: true })
})

test('a large result streams with what the modern era needs before its end, and a receipt when it is paid', async () => {
  const big = 'x'.repeat(3 * 1024 * 1024)
  t.server.answer = ({ rpc, json }) =>
    json(
      `{"jsonrpc":"2.0","result":{"content":[{"type":"text","text":"${big}"}]},"id":${String(rpc.id)}}`,
    )
  const { answer } = await t.ask('tools/call', { name: 'paid' }, { id: 'big' })
  expect(answer).toMatchObject({ id: 'big', result: { resultType: 'complete' } })
  expect(answer.result?.['_meta']).toHaveProperty('io.mcp-orchestra/receipt')
  expect(JSON.stringify(answer.result?.['content'])).toHaveLength(big.length + 27)
  expect(t.outcomes()).toEqual(['complete'])
})

test('mirrored arguments are checked as a modern server would, malformed base64 included', async () => {
  t.server.answer = (asked) =>
    asked.rpc.method === 'tools/list'
      ? asked.result({
          tools: [
            {
              name: 'mirrored',
              inputSchema: { properties: { r: { type: 'string', 'x-mcp-header': 'Region' } } },
            },
          ],
        })
      : asked.result({ content: [] })
  const call = { name: 'mirrored', arguments: { r: 'eu' } }
  const withHeader = (value: string): ReturnType<typeof t.ask> =>
    t.ask('tools/call', call, { headers: { 'mcp-param-region': value } })
  for (const value of ['us', '=?base64?!!?=']) {
    expect(await withHeader(value)).toMatchObject({
      status: 400,
      answer: { error: { code: -32020 } },
    })
  }
  for (const value of ['eu', '=?base64?ZXU=?=']) expect((await withHeader(value)).status).toBe(200)
  expect((await t.ask('tools/call', call)).answer.error?.code).toBe(-32020)
})

test('a server that refuses to be greeted is a failure that names the cause, and no session stays', async () => {
  t.forget()
  const { greeting } = t.server
  t.server.greeting = { ...greeting, protocolVersion: '1999-01-01' }
  try {
    const { answer } = await t.ask('tools/call', { name: 'free' }, { can: { roots: {} } })
    expect(answer.error?.message).toContain('1999-01-01')
  } finally {
    t.server.greeting = greeting
  }
})
