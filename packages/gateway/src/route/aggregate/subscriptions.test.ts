import { expect, test, vi } from 'vitest'
import { sampleServer } from '../../snapshot/testing.ts'
import type { AskOptions } from '../../upstream/ask.ts'
import { aggregateOf, unreachable, type ScriptedServer } from './testing.ts'

type Listening = {
  filter: unknown
  tell: (method: string, params?: object) => void
  end: () => void
}

/** A modern server whose listen stream is in the hand of the test. */
function listenServer(alias: string, listening: Map<string, Listening>): ScriptedServer {
  return {
    server: sampleServer(alias, { era: 'modern' }),
    answers: {
      'server/discover': () => ({
        capabilities: { tools: { listChanged: true }, resources: { subscribe: true } },
      }),
      'resources/templates/list': () => ({ resourceTemplates: [] }),
      'resources/list': () => ({ resources: [{ uri: `${alias}://1`, name: 'r' }] }),
      async 'subscriptions/listen'(
        { notifications }: { notifications: object },
        options: AskOptions,
      ) {
        const ended = Promise.withResolvers<void>()
        const tell = (method: string, params: object = {}): void => {
          const _meta = { 'io.modelcontextprotocol/subscriptionId': `hop-${alias}` }
          options.onNotification?.(
            JSON.stringify({ jsonrpc: '2.0', method, params: { ...params, _meta } }),
          )
        }
        listening.set(alias, { filter: notifications, tell, end: ended.resolve })
        await ended.promise
        return {}
      },
    },
  }
}

async function listen(
  filter: object,
  servers: (listening: Map<string, Listening>) => ScriptedServer[],
) {
  const listening = new Map<string, Listening>()
  const scripts = servers(listening)
  const bench = aggregateOf(scripts)
  const route = await bench.resolve(
    'subscriptions/listen',
    { notifications: filter },
    { era: 'modern', idText: '"my-id"' },
  )
  if (route.kind !== 'produce') throw new Error('not produced')
  const sent: { method: string; params: Record<string, unknown> }[] = []
  const result = route.produce((text) => {
    sent.push(JSON.parse(text))
    return Promise.resolve()
  })
  const settled = (count: number): Promise<void> =>
    vi.waitFor(() => expect(listening.size).toBe(count), { interval: 1 })
  const received = (count: number): Promise<void> =>
    vi.waitFor(() => expect(sent).toHaveLength(count), { interval: 1 })
  return { listening, sent, result, settled, received }
}

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged'
const MINE = { 'io.modelcontextprotocol/subscriptionId': 'my-id' }

test('one acknowledgement comes first and holds what any upstream honours; early news waits for it', async () => {
  const { listening, sent, settled, received, result } = await listen(
    {
      toolsListChanged: true,
      promptsListChanged: true,
      resourceSubscriptions: ['b://1', 'x://none'],
    },
    (hands) => [listenServer('a', hands), listenServer('b', hands)],
  )
  await settled(2)
  expect(listening.get('a')?.filter).toEqual({ toolsListChanged: true, promptsListChanged: true })
  expect(listening.get('b')?.filter).toEqual({
    toolsListChanged: true,
    promptsListChanged: true,
    resourceSubscriptions: ['b://1'],
  })
  listening.get('a')?.tell(ACKNOWLEDGED, { notifications: { toolsListChanged: true } })
  listening.get('a')?.tell('notifications/tools/list_changed')
  expect(sent).toEqual([])
  listening.get('b')?.tell(ACKNOWLEDGED, { notifications: { resourceSubscriptions: ['b://1'] } })
  await received(2)
  expect(sent).toEqual([
    {
      jsonrpc: '2.0',
      method: ACKNOWLEDGED,
      params: {
        notifications: { toolsListChanged: true, resourceSubscriptions: ['b://1'] },
        _meta: MINE,
      },
    },
    { jsonrpc: '2.0', method: 'notifications/tools/list_changed', params: { _meta: MINE } },
  ])
  for (const { end } of listening.values()) end()
  expect(JSON.parse(await result)).toEqual({ resultType: 'complete', _meta: MINE })
})

test('every message carries the subscription id of the client, and list changes of one moment are told once', async () => {
  const { listening, sent, settled, received, result } = await listen(
    { toolsListChanged: true },
    (hands) => [listenServer('a', hands), listenServer('b', hands)],
  )
  await settled(2)
  for (const { tell } of listening.values())
    tell(ACKNOWLEDGED, { notifications: { toolsListChanged: true } })
  await received(1)
  for (const { tell } of listening.values()) tell('notifications/tools/list_changed')
  listening.get('a')?.tell('notifications/resources/updated', { uri: 'a://1' })
  await received(3)
  expect(sent.map(({ method }) => method)).toEqual([
    ACKNOWLEDGED,
    'notifications/resources/updated',
    'notifications/tools/list_changed',
  ])
  expect(sent.map(({ params }) => params['_meta'])).toEqual([MINE, MINE, MINE])
  for (const { end } of listening.values()) end()
  await result
})

test('a server that cannot be listened to does not keep the others from being heard', async () => {
  const { listening, settled, received, result } = await listen(
    { toolsListChanged: true },
    (hands) => [
      listenServer('a', hands),
      {
        server: sampleServer('broken', { era: 'modern' }),
        answers: {
          'server/discover': () => ({ capabilities: { tools: {} } }),
          'subscriptions/listen': unreachable,
        },
      },
    ],
  )
  await settled(1)
  listening.get('a')?.tell(ACKNOWLEDGED, { notifications: { toolsListChanged: true } })
  await received(1)
  listening.get('a')?.end()
  await result
})
