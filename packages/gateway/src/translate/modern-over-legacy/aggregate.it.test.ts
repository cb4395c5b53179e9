import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { modernRequest } from '../../listen/testing-messages.ts'
import { BENCH_KEYS, benchServer, startRelayBench, type RelayBench } from '../../listen/testing.ts'
import { until } from '../../listen/testing-upstream.ts'
import { aggregateBefore } from '../../route/aggregate/subscriptions/testing-relay.ts'
import { LegacyServerBench } from './testing-legacy-server.ts'

const old = new LegacyServerBench()
let bench: RelayBench

beforeAll(async () => {
  await old.start()
  const lists: Record<string, Record<string, unknown>> = {
    'tools/list': { tools: [] },
    'prompts/list': { prompts: [{ name: 'greet' }] },
    'resources/list': { resources: [{ uri: 'old://1', name: 'one' }] },
    'resources/templates/list': { resourceTemplates: [] },
  }
  old.answer = (asked) => {
    const { method = '', params } = asked.rpc
    if (method === 'completion/complete')
      return asked.result({ completion: { values: [`${JSON.stringify(params?.['argument'])}!`] } })
    asked.result(lists[method] ?? {})
  }
  const server = benchServer('old', { kind: 'http', url: old.url }, { era: 'legacy' })
  bench = await startRelayBench({ servers: [server], more: [aggregateBefore(server)] })
})
afterAll(async () => {
  await bench.close()
  await old.stop()
})

const requestInit = { headers: { authorization: `Bearer ${BENCH_KEYS.alice}` } }

test('a modern client at /mcp gets completions of a legacy server behind it', async () => {
  const client = new Client(
    { name: 'test', version: '1.0.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  )
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${bench.url}/mcp`), { requestInit }),
  )
  const { completion } = await client.complete({
    ref: { type: 'ref/prompt', name: 'greet' },
    argument: { name: 'who', value: 'A' },
  })
  expect(completion.values).toEqual(['{"name":"who","value":"A"}!'])
  await client.close()
})

test('a modern client at /mcp hears lists and resources of a legacy server behind it, on one stream', async () => {
  const leave = new AbortController()
  const wish = { toolsListChanged: true, resourceSubscriptions: ['old://1'] }
  const init = modernRequest('subscriptions/listen', { notifications: wish }, { id: 'mine' })
  const response = await fetch(`${bench.url}/mcp`, {
    ...init,
    headers: { ...init.headers, ...requestInit.headers },
    signal: leave.signal,
  })
  let text = ''
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString()
  })().catch(() => undefined)
  const tell = async (message: object): Promise<void> => {
    await until(() => [...old.sessions.values()].some(({ streams }) => streams.length > 0), 'heard')
    for (const session of old.sessions.values())
      if (session.streams.length > 0) await old.unasked(message, session)
  }
  await until(() => text.includes('subscriptions/acknowledged'), 'it is acknowledged')
  expect(text).toContain(JSON.stringify(wish))
  expect(old.of('resources/subscribe').map(({ rpc }) => rpc.params)).toEqual([{ uri: 'old://1' }])
  await tell({ method: 'notifications/tools/list_changed' })
  await tell({ method: 'notifications/resources/updated', params: { uri: 'old://1' } })
  await until(() => text.includes('tools/list_changed'), 'the change is heard')
  await until(() => text.includes('resources/updated'), 'the update is heard')
  expect(text.match(/"io.modelcontextprotocol\/subscriptionId":"mine"/g)?.length).toBe(3)
  leave.abort()
  await reading
  await until(() => old.of('resources/unsubscribe').length === 1, 'nobody follows it any more')
})
