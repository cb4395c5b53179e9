import type { ServerResponse } from 'node:http'
import { Problem } from '@mcp-orchestra/kernel'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  benchServer,
  BENCH_KEYS,
  startRelayBench,
  type RelayBench,
} from '../../../listen/testing.ts'
import { jsonHeaders, modernRequest, resultFor } from '../../../listen/testing-messages.ts'
import { events, json } from '../../../listen/testing-modern.ts'
import { startUpstream, until, type TestUpstream } from '../../../listen/testing-upstream.ts'
import { SUBSCRIPTION, TOOLS_CHANGED } from './testing.ts'
import { aggregateBefore } from './testing-relay.ts'

const CLIENTS = 20
const CAPABILITIES = { tools: { listChanged: true } }

/** The listen streams that are open at the server, and their ids there. */
const streams = new Map<ServerResponse, unknown>()
let everOpened = 0
let upstream: TestUpstream
let bench: RelayBench

beforeAll(async () => {
  upstream = await startUpstream((_request, response, body) => {
    if (!body.includes('subscriptions/listen'))
      return json(response, resultFor(body, { resultType: 'complete', capabilities: CAPABILITIES }))
    const { id } = JSON.parse(body) as { id: unknown }
    everOpened += 1
    streams.set(response, id)
    response.on('close', () => streams.delete(response))
    const params = { notifications: { toolsListChanged: true }, _meta: { [SUBSCRIPTION]: id } }
    const method = 'notifications/subscriptions/acknowledged'
    events(response, JSON.stringify({ jsonrpc: '2.0', method, params }))
  })
  const server = benchServer('a', { kind: 'http', url: upstream.url }, { era: 'modern' })
  bench = await startRelayBench({ servers: [], more: [aggregateBefore(server)] })
})
afterAll(async () => {
  await bench.close()
  await upstream.stop()
})
afterEach(() => {
  const [bug] = bench.bugs.splice(0)
  if (bug !== undefined) throw bug
})

/** A client that listens at `/mcp`: the messages that it got, until it leaves. */
async function listen(id: string, key: string) {
  const left = new AbortController()
  const request = modernRequest(
    'subscriptions/listen',
    { notifications: { toolsListChanged: true } },
    { id },
  )
  const headers = { ...request.headers, ...jsonHeaders(key) }
  const response = await fetch(`${bench.url}/mcp`, { ...request, headers, signal: left.signal })
  const client = { text: '', leave: () => left.abort(), isOver: false }
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? [])
      client.text += decoder.decode(chunk, { stream: true })
  }
  void read()
    // The test itself cuts the connection.
    .catch(() => undefined)
    .finally(() => (client.isOver = true))
  return {
    ...client,
    isOver: () => client.isOver,
    messages: () =>
      client.text
        .split('\n')
        .filter((line) => line.startsWith('data: '))
        .map(
          (line) =>
            JSON.parse(line.slice(6)) as { method?: string; params: Record<string, unknown> },
        ),
  }
}

function tellAll(): void {
  for (const [response, id] of streams) {
    const params = { _meta: { [SUBSCRIPTION]: id } }
    response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', method: TOOLS_CHANGED, params })}\n\n`)
  }
}

test('clients at /mcp cost a server one stream together; each hears the news with its own id; the last one closes it', async () => {
  const keyOf = (at: number): string => (at % 2 === 0 ? BENCH_KEYS.alice : BENCH_KEYS.bob)
  const numbers = Array.from({ length: CLIENTS }, (_, at) => at)
  const clients = await Promise.all(numbers.map((at) => listen(`client-${at}`, keyOf(at))))
  await until(() => clients.every((one) => one.messages().length === 1), 'all are acknowledged')
  expect([streams.size, everOpened]).toEqual([1, 1])
  tellAll()
  await until(() => clients.every((one) => one.messages().length === 2), 'all have heard')
  for (const [at, client] of clients.entries()) {
    const ids = client
      .messages()
      .map(({ params }) => Reflect.get(params['_meta'] ?? {}, SUBSCRIPTION))
    expect(ids).toEqual([`client-${at}`, `client-${at}`])
    expect(client.messages()[1]?.method).toBe(TOOLS_CHANGED)
  }

  // Rights are each client's own.
  const kind = { status: 401, title: 'The key is revoked.', retryable: false }
  bench.relay.abortWhere(
    ({ keyId }) => keyId === BENCH_KEYS.alice,
    new Problem('test.revoked', kind),
  )
  await until(() => clients.filter((one) => one.isOver()).length === CLIENTS / 2, 'half are ended')
  tellAll()
  const others = clients.filter((_one, at) => keyOf(at) === BENCH_KEYS.bob)
  await until(() => others.every((one) => one.messages().length === 3), 'the others hear on')
  expect([streams.size, everOpened]).toEqual([1, 1])

  for (const { leave } of others) leave()
  await until(() => streams.size === 0, 'the stream of the server is gone')
  await until(() => bench.relay.load().sockets === 0, 'no socket stays in use')
  expect(everOpened).toBe(1)
})
