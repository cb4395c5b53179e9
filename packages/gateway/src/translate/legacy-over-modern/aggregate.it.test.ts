import {
  ElicitRequestSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { BENCH_KEYS, benchServer, startRelayBench, type RelayBench } from '../../listen/testing.ts'
import { until, type TestUpstream } from '../../listen/testing-upstream.ts'
import { aggregateBefore } from '../../route/aggregate/subscriptions/testing-relay.ts'
import { legacyClient, startModernFixture } from './testing.ts'

let upstream: TestUpstream
let bench: RelayBench

beforeAll(async () => {
  upstream = await startModernFixture()
  const server = benchServer('fixture', { kind: 'http', url: upstream.url }, { era: 'modern' })
  bench = await startRelayBench({ servers: [server], more: [aggregateBefore(server)] })
})
afterAll(async () => {
  await bench.close()
  await upstream.stop()
})
afterEach(() => {
  const [bug] = bench.bugs.splice(0)
  if (bug !== undefined) throw bug
})

test('a legacy client at /mcp uses, is asked by and hears a modern server behind it', async () => {
  const client = legacyClient({ elicitation: {} })
  const heard: string[] = []
  client.setRequestHandler(ElicitRequestSchema, () => ({
    action: 'accept',
    content: { name: 'Ada' },
  }))
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => void heard.push('tools'))
  const requestInit = { headers: { authorization: `Bearer ${BENCH_KEYS.alice}` } }
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${bench.url}/mcp`), { requestInit }),
  )
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toContain('test_simple_text')
  const asked = await client.callTool({ name: 'test_input_required_result_elicitation' })
  expect(asked.content).toEqual([{ type: 'text', text: 'Hello, Ada!' }])
  await expect(client.readResource({ uri: 'test://static-text' })).resolves.toHaveProperty(
    'contents',
  )
  await client.setLoggingLevel('warning')
  await until(() => bench.relay.load().sockets === 1, 'the server is listened to')
  await client.callTool({ name: 'test_trigger_tool_change' })
  await until(() => heard.length > 0, 'the change is heard')
  await client.close()
})
