import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CreateMessageRequestSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { Problem } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BENCH_KEYS, benchServer, startRelayBench, type RelayBench } from './testing.ts'
import { EVERYTHING, startEverything, until, type TestUpstream } from './testing-upstream.ts'

let upstream: TestUpstream
let older: TestUpstream
let bench: RelayBench

beforeAll(async () => {
  upstream = await startEverything()
  older = await startEverything('sse')
  bench = await startRelayBench({
    servers: [
      benchServer('stdio', {
        kind: 'stdio',
        command: process.execPath,
        args: [EVERYTHING, 'stdio'],
      }),
      benchServer('http', { kind: 'http', url: upstream.url }),
      benchServer('sse', { kind: 'http', url: older.url }),
    ],
    prices: { echo: 1_000_000_000_000_000n },
    denied: new Set(['get-env']),
    lingerMs: 50,
  })
})
afterAll(async () => {
  await bench.close()
  await upstream.stop()
  await older.stop()
})

type Connected = { client: Client; transport: StreamableHTTPClientTransport }

async function connect(
  alias: string,
  capabilities: Record<string, object> = {},
  key: string = BENCH_KEYS.alice,
): Promise<Connected> {
  const client = new Client({ name: 'test', version: '1.0.0' }, { capabilities })
  const transport = new StreamableHTTPClientTransport(new URL(bench.endpoint(alias)), {
    requestInit: { headers: { authorization: `Bearer ${key}` } },
  })
  await client.connect(transport)
  return { client, transport }
}

const textOfFirst = (result: object): unknown => {
  const content: unknown = Reflect.get(result, 'content')
  return Array.isArray(content) ? Reflect.get(content[0] as object, 'text') : undefined
}

describe.each(['stdio', 'http', 'sse'])('a legacy client at a legacy server over %s', (alias) => {
  test('lists tools with prices on those that have one, and calls them with a receipt', async () => {
    const { client } = await connect(alias)
    const { tools } = await client.listTools()
    expect(tools.find((tool) => tool.name === 'echo')?._meta).toEqual({
      'io.mcp-orchestra/price': {
        amount: '1000000000000000',
        asset: 'USD',
        per: 'call',
        version: 3,
      },
    })
    expect(tools.find((tool) => tool.name === 'get-sum')?._meta).toBeUndefined()
    const before = bench.ledger.length
    const result = await client.callTool({ name: 'echo', arguments: { message: 'hi' } })
    expect(textOfFirst(result)).toBe('Echo: hi')
    const [entry] = bench.ledger.slice(before)
    expect(entry?.end.outcome).toBe('complete')
    expect(result._meta?.['io.mcp-orchestra/receipt']).toEqual({
      eventId: entry?.intent.callId,
      charged: { amount: '1000000000000000', asset: 'USD' },
    })
    await client.close()
  })

  test('does not show and does not carry a tool that the caller may not call', async () => {
    const { client } = await connect(alias)
    const { tools } = await client.listTools()
    expect(tools.map((tool) => tool.name)).not.toContain('get-env')
    const before = bench.ledger.length
    await expect(client.callTool({ name: 'get-env', arguments: {} })).rejects.toThrow(/Not for you/)
    expect(bench.ledger).toHaveLength(before)
    await client.close()
  })

  test('progress comes with the client own token, many calls at once keep their own answers', async () => {
    const { client } = await connect(alias)
    const progress: number[] = []
    const long = client.callTool(
      { name: 'trigger-long-running-operation', arguments: { duration: 0.4, steps: 4 } },
      undefined,
      { onprogress: (step) => progress.push(step.progress) },
    )
    const sums = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        client.callTool({ name: 'get-sum', arguments: { a: index, b: 1 } }),
      ),
    )
    sums.forEach((sum, index) => expect(String(textOfFirst(sum))).toContain(`${index + 1}`))
    await long
    expect(progress).toEqual([1, 2, 3, 4])
    await client.close()
  })

  test('a server asks the client in the middle of a call, and gets its answer', async () => {
    const { client } = await connect(alias, { sampling: {}, elicitation: {} })
    client.setRequestHandler(CreateMessageRequestSchema, (request) => ({
      model: 'a-model',
      role: 'assistant',
      content: { type: 'text', text: `sampled ${request.params.maxTokens}` },
    }))
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'decline' }))
    await client.listTools()
    const sampled = await client.callTool({
      name: 'trigger-sampling-request',
      arguments: { prompt: 'x', maxTokens: 7 },
    })
    expect(JSON.stringify(sampled)).toContain('sampled 7')
    const elicited = await client.callTool({ name: 'trigger-elicitation-request', arguments: {} })
    expect(JSON.stringify(elicited)).toContain('declined')
    await client.close()
  })

  test('a cancelled call is released and its server is told', async () => {
    const { client } = await connect(alias)
    const before = bench.ledger.length
    const stop = new AbortController()
    const long = client.callTool(
      { name: 'trigger-long-running-operation', arguments: { duration: 30, steps: 3 } },
      undefined,
      { signal: stop.signal },
    )
    await until(() => bench.relay.load().calls === 1, 'the call is in flight')
    stop.abort()
    await expect(long).rejects.toThrow(/abort/i)
    await until(() => bench.ledger.length > before, 'the call is settled')
    expect(bench.ledger.slice(before).map(({ end }) => end.outcome)).toEqual(['cancelled'])
    await client.close()
  })

  test('the session of one caller is unknown to another, and gone after DELETE', async () => {
    const { client, transport } = await connect(alias)
    const session = transport.sessionId ?? ''
    expect(session).toMatch(/^gateway\.[\w-]+$/)
    const post = async (key: string): Promise<number> => {
      const response = await fetch(bench.endpoint(alias), {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-session-id': session,
        },
        body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
      })
      await response.text()
      return response.status
    }
    expect(await post(BENCH_KEYS.bob)).toBe(404)
    expect(await post(BENCH_KEYS.alice)).toBe(200)
    await transport.terminateSession()
    expect(await post(BENCH_KEYS.alice)).toBe(404)
    await client.close()
  })

  test('prompts and resources are recorded without a price; lists and pings are not recorded', async () => {
    const { client } = await connect(alias)
    const before = bench.ledger.length
    const { prompts } = await client.listPrompts()
    await client.getPrompt({ name: prompts[0]?.name ?? '' })
    const { resources } = await client.listResources()
    await client.readResource({ uri: resources[0]?.uri ?? '' })
    await client.ping()
    const entries = bench.ledger
      .slice(before)
      .map(({ intent, end }) => [intent.method, end.outcome])
    expect(entries).toEqual([
      ['prompts/get', 'complete'],
      ['resources/read', 'complete'],
    ])
    await client.close()
  })
})

test('sessions without reverse capabilities share a process per caller; a caller that can be asked has its own', async () => {
  bench.relay.abortWhere(
    () => true,
    new Problem('test.revoked', { status: 403, title: 'Away.', retryable: false }),
  )
  await until(
    () => bench.relay.load().children === 0,
    'revoked sessions have ended their processes',
  )
  const first = await connect('stdio')
  const second = await connect('stdio')
  expect(bench.relay.load().children).toBe(1)
  const bob = await connect('stdio', {}, BENCH_KEYS.bob)
  expect(bench.relay.load().children).toBe(2)
  const asked = await connect('stdio', { sampling: {} })
  expect(bench.relay.load().children).toBe(3)
  for (const { transport, client } of [first, second, bob, asked]) {
    await transport.terminateSession()
    await client.close()
  }
  await until(() => bench.relay.load().children === 0, 'unused processes have ended')
})

test('a server that is started anew makes the client initialize again, by 404', async () => {
  const { client, transport } = await connect('stdio')
  await bench.relay.stopServer('srv_stdio')
  await expect(client.ping()).rejects.toThrow(/404|unknown/)
  await client.close()
  expect(transport.sessionId).toBeDefined()
  const again = await connect('stdio')
  await again.client.ping()
  await again.client.close()
})

test('the tools that a list showed are reported once per list, whole', () => {
  const echo = bench.observed
    .find(({ server }) => server === 'http')
    ?.tools.find(({ name }) => name === 'echo')
  expect(bench.observed[0]?.whole).toBe(true)
  expect(echo).toMatchObject({
    readOnlyHint: true,
    definitionHash: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
  })
})

test('nothing of ours failed on the way', () => {
  expect(bench.bugs).toEqual([])
})
