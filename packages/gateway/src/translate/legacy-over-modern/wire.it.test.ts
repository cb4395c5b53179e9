import { describe, expect, test } from 'vitest'
import { json } from '../../listen/testing-modern.ts'
import { until } from '../../listen/testing-upstream.ts'
import { call, META, refuse, REGION, reply, ROWS, ScriptedModern } from './testing-scripted.ts'
import { RawLegacy, type RawMessage } from './testing.ts'

const t = new ScriptedModern()

function toolsIn(list: RawMessage | undefined): { name: string; outputSchema?: unknown }[] {
  return (list?.result?.['tools'] ?? []) as { name: string; outputSchema?: unknown }[]
}

describe('a request of a legacy client', () => {
  test('says with each request who asks, what it can answer and its trace, and nothing of sessions', async () => {
    const client = await t.open({ roots: { listChanged: true }, sampling: {}, tasks: {} })
    await call(client, 'plain', {
      task: { ttl: 1 },
      arguments: { deep: [1.0, null] },
      _meta: { progressToken: 'mine', traceparent: '00-1-2-01', 'org.example/x': 1 },
    })
    const [given] = t.got('tools/call')
    expect(given?.asked.params).toEqual({
      name: 'plain',
      arguments: { deep: [1, null] },
      _meta: {
        progressToken: given?.asked.id,
        traceparent: '00-1-2-01',
        'org.example/x': 1,
        [`${META}/protocolVersion`]: '2026-07-28',
        [`${META}/clientCapabilities`]: { roots: {}, sampling: {} },
        [`${META}/clientInfo`]: { name: 'raw', version: '1', icons: [] },
      },
    })
    expect(given?.headers).toMatchObject({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'plain',
    })
    expect(given?.headers['mcp-session-id']).toBeUndefined()
  })

  test('that the modern era does not have is refused here, and costs the server nothing', async () => {
    const client = await t.open()
    t.seen = []
    for (const method of ['tasks/get', 'tasks/list', 'logging/setLevel', 'subscriptions/listen']) {
      const [refused] = await client.ask(method, { level: 'debug', taskId: 't' })
      expect(refused?.error?.code).toBe(-32_601)
    }
    expect((await client.ask('ping'))[0]?.result).toEqual({})
    expect(t.seen).toEqual([])
  })

  test.each([
    ['2024-11-05', '2024-11-05'],
    ['2025-06-18', '2025-06-18'],
    ['2099-01-01', '2025-11-25'],
  ])('of revision %s is spoken to in %s', async (asked, agreed) => {
    const client = new RawLegacy(t.bench.endpoint('server'))
    const greeted = await client.initialize({}, asked)
    expect(greeted.result?.['protocolVersion']).toBe(agreed)
    expect((await call(client, 'plain')).result).toEqual({ content: [] })
  })
})

describe('an answer of a modern server', () => {
  test('keeps its bytes but for what the modern era added', async () => {
    const client = await t.open()
    t.answer = ({ asked, response }) =>
      json(
        response,
        String.raw`{"result":{ "content" : [{"type":"\u0074ext","text":"x","y":1.0e+2}], "resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"s"},"k":1}} , "id":${asked.id},"jsonrpc":"2.0"}`,
      )
    const response = await client.post({
      jsonrpc: '2.0',
      id: 'mine',
      method: 'tools/call',
      params: { name: 'plain' },
    })
    expect(await response.text()).toBe(
      String.raw`{"result":{ "content" : [{"type":"\u0074ext","text":"x","y":1.0e+2}],"_meta":{"k":1}} , "id":"mine","jsonrpc":"2.0"}`,
    )
  })

  test.each([
    [-32_601, 404, -32_601],
    [-32_602, 400, -32_602],
    [-32_022, 400, -32_602],
    [-32_021, 400, -32_600],
    [-32_020, 400, -32_603],
  ])(
    'that is the error %i with status %i is a JSON-RPC error to the client',
    async (code, status, legacy) => {
      const client = await t.open()
      t.answer = (given) => refuse(given, code, status, { why: 1 })
      const response = await client.post({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'paid' },
      })
      expect(response.status).toBe(200)
      const { error } = (await response.json()) as RawMessage
      expect(error).toEqual({ code: legacy, message: 'no', data: { why: 1 } })
      expect(t.outcomes()).toEqual(['rpc_error'])
    },
  )

  test.each(['"task"', '"surprise"', '7'])(
    'of the type %s is refused and not charged',
    async (type) => {
      const client = await t.open()
      t.answer = ({ asked, response }) =>
        json(
          response,
          `{"jsonrpc":"2.0","id":${asked.id},"result":{"resultType":${type},"content":[]}}`,
        )
      const { error } = await call(client)
      expect(error?.message).toContain(type)
      expect(t.outcomes()).toEqual(['invalid_result'])
    },
  )

  test('for another request, or that wants credentials, is refused and not charged', async () => {
    const client = await t.open()
    t.answer = ({ response }) => json(response, '{"jsonrpc":"2.0","id":999999,"result":{}}')
    expect((await call(client)).error?.message).toContain('another request')
    t.answer = (given) => refuse(given, -32_000, 401)
    expect((await call(client)).error?.message).toContain('credentials')
    expect(t.outcomes()).toEqual(['invalid_result', 'upstream_failed'])
  })

  test('on a stream is translated as any other, its comments left out, and an error for no id is the call’s', async () => {
    const client = await t.open()
    t.answer = ({ asked, response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(': hello\n\nretry: 5\n\n')
      const params = { level: 'info', data: 1 }
      const log = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params })
      const last =
        asked.params.name === 'paid'
          ? '{"jsonrpc":"2.0","id":null,"error":{"code":-32020,"message":"no"}}'
          : `{"jsonrpc":"2.0","id":${asked.id},"result":{"resultType":"complete","content":[]}}`
      response.end(`id: 7\ndata: ${log}\n\ndata: ${last}\n\n`)
    }
    const messages = await client.ask('tools/call', { name: 'plain' })
    expect(messages.map(({ method, result }) => method ?? result)).toEqual([
      'notifications/message',
      { content: [] },
    ])
    expect((await call(client)).error).toEqual({ code: -32_603, message: 'no' })
  })

  test('that is too large to be held streams, and is complete only when it says so', async () => {
    const client = await t.open()
    const large = (type: string): void => {
      t.answer = ({ asked, response }) => {
        const text = 'x'.repeat(17 * 1024 * 1024)
        json(
          response,
          `{"jsonrpc":"2.0","id":${asked.id},"result":{"resultType":"${type}","content":[{"type":"text","text":"${text}"}]}}`,
        )
      }
    }
    large('complete')
    const whole = await call(client, 'plain')
    expect(JSON.stringify(whole.result).length).toBeGreaterThan(17 * 1024 * 1024)
    large('input_required')
    await expect(call(client)).rejects.toThrow(/terminated|JSON/)
    await until(() => t.outcomes().length === 2, 'both are settled')
    expect(t.outcomes()).toEqual(['complete', 'invalid_result'])
  })

  test('wraps content by the schema of its tool, also when the client never listed it', async () => {
    const client = await t.open({}, 'fresh')
    t.answer = (given) =>
      reply(given, { resultType: 'complete', content: [], structuredContent: {} })
    expect((await call(client, 'rows')).result?.['structuredContent']).toEqual({ result: {} })
    expect((await call(client, 'plain')).result?.['structuredContent']).toEqual({})
    const [list] = await client.ask('tools/list')
    expect(toolsIn(list).find(({ name }) => name === 'rows')?.outputSchema).toEqual({
      type: 'object',
      properties: { result: ROWS },
      required: ['result'],
    })
  })
})

describe('arguments that a tool wants mirrored', () => {
  test('are in headers, by a schema that is listed once; tools with an invalid one are not shown', async () => {
    const client = await t.open()
    await client.ask('tools/list')
    t.seen = []
    await call(client, 'mirrored', { arguments: { region: ' münchen' } })
    await call(client, 'mirrored', { arguments: { region: null } })
    expect(t.seen.map(({ headers }) => headers['mcp-param-region'])).toEqual([
      `=?base64?${Buffer.from(' münchen').toString('base64')}?=`,
      undefined,
    ])
    const [list] = await client.ask('tools/list')
    expect(toolsIn(list).map(({ name }) => name)).toEqual(['plain', 'paid', 'mirrored', 'rows'])
  })

  test('are listed anew when the server says that they do not fit, and the call is sent once more', async () => {
    const client = await t.open()
    await client.ask('tools/list')
    const inputSchema = { properties: { region: { ...REGION, 'x-mcp-header': 'Place' } } }
    t.tools = [{ name: 'mirrored', inputSchema }]
    t.seen = []
    t.answer = (given) => {
      if (given.headers['mcp-param-place'] === undefined) return refuse(given, -32_020, 400)
      reply(given, { resultType: 'complete', content: [] })
    }
    const result = await call(client, 'mirrored', { arguments: { region: 'eu' } })
    expect(result.result).toEqual({ content: [] })
    expect(t.seen.map(({ asked }) => asked.method)).toEqual([
      'tools/call',
      'tools/list',
      'tools/call',
    ])
    expect(new Set(t.got('tools/call').map(({ asked }) => asked.id)).size).toBe(2)
    expect(t.outcomes()).toEqual(['complete'])
  })

  test('are listed for all calls that wait for them: one that is cancelled meanwhile ends alone', async () => {
    const client = await t.open({}, 'slow')
    const listing = Promise.withResolvers<undefined>()
    t.listing = listing.promise
    const params = { name: 'mirrored', arguments: { region: 'eu' } }
    const first = client.ask('tools/call', params, 'first')
    await until(() => t.got('tools/list').length === 1, 'the first call lists')
    const second = client.ask('tools/call', params, 'second')
    await until(() => t.bench.relay.load().calls === 2, 'both are in flight')
    const cancelled = { requestId: 'first' }
    await client.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: cancelled })
    await first
    listing.resolve(undefined)
    expect((await second)[0]?.result).toEqual({ content: [] })
    expect(t.got('tools/list')).toHaveLength(1)
    expect(t.got('tools/call')).toHaveLength(1)
    expect(t.outcomes()).toEqual(['cancelled', 'complete'])
  })
})
