import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { benchServer, startRelayBench, type RelayBench } from '../../listen/testing.ts'
import { until, type TestUpstream } from '../../listen/testing-upstream.ts'
import { connectLegacy, legacyClient, MODERN_FIXTURE_STDIO, startModernFixture } from './testing.ts'

let upstream: TestUpstream
let bench: RelayBench

beforeAll(async () => {
  upstream = await startModernFixture()
  bench = await startRelayBench({
    servers: [
      benchServer('http', { kind: 'http', url: upstream.url }, { era: 'modern' }),
      benchServer('stdio', MODERN_FIXTURE_STDIO, { era: 'modern' }),
    ],
    prices: { test_simple_text: 7n, test_input_required_result_multiple_inputs: 11n },
  })
})
afterAll(async () => {
  await bench.close()
  await upstream.stop()
})
afterEach(() => {
  const [bug] = bench.bugs.splice(0)
  if (bug !== undefined) throw bug
})

/** A client that answers whatever it is asked, and remembers what that was. */
function answering(): { client: Client; asked: string[] } {
  const asked: string[] = []
  const client = legacyClient({
    sampling: {},
    roots: { listChanged: true },
    elicitation: { form: {}, url: {} },
  })
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    asked.push(params.message)
    const content = { name: 'Ada', context: 'here', confirm: true, ok: true, color: 'blue' }
    return { action: 'accept', content }
  })
  client.setRequestHandler(CreateMessageRequestSchema, () => {
    asked.push('sampling')
    return { role: 'assistant', model: 'm', content: { type: 'text', text: 'Paris' } }
  })
  client.setRequestHandler(ListRootsRequestSchema, () => {
    asked.push('roots')
    return { roots: [{ uri: 'file:///home', name: 'home' }] }
  })
  return { client, asked }
}

function textOf(result: unknown): unknown {
  return (result as { content: { text?: string }[] }).content[0]?.text
}

describe.each(['http', 'stdio'])('a legacy client before a modern server over %s', (alias) => {
  test('is greeted with what the server offers, and finds every list, prompt, resource and completion', async () => {
    const client = await connectLegacy(bench, alias)
    expect(client.getServerVersion()).toMatchObject({ name: 'mcp-orchestra-fixture' })
    expect(client.getServerCapabilities()).toMatchObject({
      tools: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
      prompts: { listChanged: true },
      logging: {},
      completions: {},
    })
    expect(JSON.stringify(client.getServerCapabilities())).not.toContain('tasks')
    expect(client.getInstructions()).toContain('server for tests')
    await client.ping()
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toContain('test_simple_text')
    expect((await client.listPrompts()).prompts.length).toBeGreaterThan(2)
    expect((await client.listResources()).resources.length).toBeGreaterThan(1)
    expect((await client.listResourceTemplates()).resourceTemplates.length).toBeGreaterThan(0)
    const read = await client.readResource({ uri: 'test://static-text' })
    expect(Object.keys(read)).toEqual(['contents'])
    await expect(client.readResource({ uri: 'test://nobody-has-this' })).rejects.toMatchObject({
      code: -32002,
    })
    const prompt = await client.getPrompt({
      name: 'test_prompt_with_arguments',
      arguments: { arg1: 'a', arg2: 'b' },
    })
    expect(JSON.stringify(prompt.messages)).toContain('a')
    const completed = await client.complete({
      ref: { type: 'ref/prompt', name: 'test_prompt_with_arguments' },
      argument: { name: 'arg1', value: '' },
    })
    expect(completed.completion.values).toBeInstanceOf(Array)
    await client.close()
  })

  test('calls tools, hears logs of its level and progress with its own token, once charged', async () => {
    const client = legacyClient()
    const logs: unknown[] = []
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
      logs.push(params.data)
    })
    await connectLegacy(bench, alias, client)
    bench.ledger.length = 0
    const result = await client.callTool({ name: 'test_simple_text' })
    expect(Object.keys(result).toSorted()).toEqual(['_meta', 'content'])
    expect(bench.ledger.map(({ end }) => end.outcome)).toEqual(['complete'])
    const progress: number[] = []
    await client.callTool({ name: 'test_tool_with_progress' }, undefined, {
      onprogress: (one) => progress.push(one.progress),
    })
    expect(progress).toEqual([0, 50, 100])
    await client.callTool({ name: 'test_logging_tool' })
    expect(logs).toHaveLength(1)
    await client.setLoggingLevel('error')
    await client.callTool({ name: 'test_logging_tool' })
    expect(logs).toHaveLength(1)
    await client.close()
  })

  test.each([
    ['test_input_required_result_elicitation', 'Hello, Ada!', 1],
    ['test_input_required_result_sampling', 'Paris', 1],
    ['test_input_required_result_list_roots', 'Roots: file:///home', 1],
    ['test_input_required_result_request_state', 'state-ok', 1],
    ['test_input_required_result_multiple_inputs', 'Paris Ada (1 roots)', 3],
    ['test_input_required_result_multi_round', 'Favorite color: blue', 2],
    ['test_streaming_elicitation', 'Hello, Ada!', 1],
  ])('is asked by %s on the stream of its call, and charged once', async (name, text, times) => {
    const { client, asked } = answering()
    await connectLegacy(bench, alias, client)
    bench.ledger.length = 0
    expect(textOf(await client.callTool({ name }))).toBe(text)
    expect(asked).toHaveLength(times)
    expect(bench.ledger.map(({ end }) => end.outcome)).toEqual(['complete'])
    await client.close()
  })

  test('is asked by a prompt too', async () => {
    const { client, asked } = answering()
    await connectLegacy(bench, alias, client)
    await client.getPrompt({ name: 'test_input_required_result_prompt' })
    expect(asked).toHaveLength(1)
    await client.close()
  })

  test('that can be asked nothing gets an error for a tool that has to ask, and pays nothing', async () => {
    const client = await connectLegacy(bench, alias)
    bench.ledger.length = 0
    const call = client.callTool({ name: 'test_missing_capability' })
    await expect(call).rejects.toMatchObject({ code: -32600 })
    expect(bench.ledger.map(({ end }) => end.outcome)).toEqual(['rpc_error'])
    await client.close()
  })

  test('that refuses to answer fails its call clearly and pays nothing', async () => {
    const client = legacyClient({ elicitation: {} })
    client.setRequestHandler(ElicitRequestSchema, () => {
      throw new Error('not today')
    })
    await connectLegacy(bench, alias, client)
    bench.ledger.length = 0
    const call = client.callTool({ name: 'test_input_required_result_elicitation' })
    await expect(call).rejects.toThrow(/not today/)
    expect(bench.ledger.map(({ end }) => end.outcome)).toEqual(['cancelled'])
    await client.close()
  })

  test('hears changed lists and subscribed resources on its stream, until it unsubscribes', async () => {
    const client = legacyClient()
    const heard: string[] = []
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void heard.push('tools'))
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
      heard.push(params.uri)
    })
    await connectLegacy(bench, alias, client)
    await client.subscribeResource({ uri: 'test://watched-resource' })
    await until(() => bench.relay.load().sockets >= (alias === 'http' ? 1 : 0), 'it listens')
    await client.callTool({ name: 'test_trigger_resource_update' })
    await until(() => heard.includes('test://watched-resource'), 'the update is heard')
    await client.callTool({ name: 'test_trigger_tool_change' })
    await until(() => heard.includes('tools'), 'the change is heard')
    await client.unsubscribeResource({ uri: 'test://watched-resource' })
    heard.length = 0
    await client.callTool({ name: 'test_trigger_resource_update' })
    await client.callTool({ name: 'test_trigger_tool_change' })
    await until(() => heard.includes('tools'), 'the change is heard')
    expect(heard).toEqual(['tools'])
    await client.close()
  })

  test('cancels its call at the server', async () => {
    const client = await connectLegacy(bench, alias)
    bench.ledger.length = 0
    const abort = new AbortController()
    const call = client.callTool({ name: 'test_wait', arguments: { ms: 30_000 } }, undefined, {
      signal: abort.signal,
      onprogress: () => abort.abort(),
    })
    await expect(call).rejects.toThrow(/abort/i)
    await until(() => bench.ledger.length === 1, 'the call is settled')
    expect(bench.ledger[0]?.end.outcome).toBe('cancelled')
    await until(() => bench.relay.load().calls === 0, 'nothing is in flight')
    await client.close()
  })
})
