import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { aggregateOf } from '../testing.ts'
import { URIS_MAX } from './filter.ts'
import { ACKNOWLEDGE_WAIT_MS, DEBOUNCE_MS } from './merged-stream.ts'
import { listenBench, SUBSCRIPTION, TOOLS_CHANGED, UPDATED } from './testing.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged'
const MINE = { [SUBSCRIPTION]: 'my-id' }

test('one acknowledgement comes first and holds what any upstream honours of what was asked; early news waits for it', async () => {
  const { client, opened, settle } = listenBench(['a', 'b'])
  const filter = {
    toolsListChanged: true,
    promptsListChanged: true,
    resourceSubscriptions: ['b://1', 'x://none'],
  }
  const { sent } = await client(filter)
  const lists = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true }
  expect(opened.map((one) => [one.alias, one.filter])).toEqual([
    ['a', lists],
    ['b', lists],
    ['b', { resourceSubscriptions: ['b://1'] }],
  ])
  const [a, b, resources] = opened
  a?.acknowledge({ toolsListChanged: true, resourcesListChanged: true })
  a?.tell(TOOLS_CHANGED)
  b?.acknowledge({})
  await settle()
  expect(sent).toEqual([])
  resources?.acknowledge()
  await settle()
  expect(sent).toEqual([
    {
      jsonrpc: '2.0',
      method: ACKNOWLEDGED,
      params: {
        notifications: { toolsListChanged: true, resourceSubscriptions: ['b://1'] },
        _meta: MINE,
      },
    },
    { jsonrpc: '2.0', method: TOOLS_CHANGED, params: { _meta: MINE } },
  ])
})

test('every message carries the subscription id of the client, and list changes of one moment are told once', async () => {
  const { client, opened, settle } = listenBench(['a', 'b'])
  const { sent, heard } = await client({ toolsListChanged: true, resourceSubscriptions: ['a://1'] })
  for (const listen of opened) listen.acknowledge()
  await settle()
  for (const listen of opened) listen.tell(TOOLS_CHANGED)
  for (const listen of opened) listen.tell(UPDATED, { uri: 'a://1' })
  await settle(DEBOUNCE_MS)
  expect(heard()).toEqual(['resources/updated', 'tools/list_changed'])
  expect(sent.map(({ params }) => params['_meta'])).toEqual([MINE, MINE, MINE])
  expect(sent[1]?.params['uri']).toBe('a://1')
})

test('a server that cannot be listened to does not keep the others from being heard', async () => {
  const { client, opened, settle } = listenBench(['a', 'broken'])
  const { heard, promised } = await client({ toolsListChanged: true })
  opened[0]?.acknowledge()
  opened[1]?.end('broken')
  await settle()
  expect(promised()).toEqual({ toolsListChanged: true })
  opened[0]?.tell(TOOLS_CHANGED)
  await settle(DEBOUNCE_MS)
  expect(heard()).toEqual(['tools/list_changed'])
})

test('a stream ends when the last of its servers cannot be listened to', async () => {
  const bench = listenBench(['a', 'b'])
  const client = await bench.client({ toolsListChanged: true })
  for (const listen of bench.opened) listen.end('broken')
  await bench.settle()
  expect(client.promised()).toEqual({})
  expect(client.over).toEqual({ resultType: 'complete', _meta: MINE })
})

test('a server that says nothing holds the acknowledgement no longer than its wait, and no timer outlives an acknowledgement', async () => {
  const { client, opened, settle } = listenBench(['a', 'silent'])
  const { sent, promised, heard } = await client({ toolsListChanged: true })
  opened[0]?.acknowledge()
  await settle(ACKNOWLEDGE_WAIT_MS - 1)
  expect(sent).toEqual([])
  await settle(1)
  expect(promised()).toEqual({ toolsListChanged: true })
  expect(vi.getTimerCount()).toBe(0)
  opened[1]?.acknowledge()
  opened[1]?.tell(TOOLS_CHANGED)
  await settle(DEBOUNCE_MS)
  expect(heard()).toEqual(['tools/list_changed'])
  await client({ toolsListChanged: true })
  expect(vi.getTimerCount()).toBe(0)
})

test('what was not promised in time is not told later', async () => {
  const { client, opened, settle } = listenBench(['a'])
  const { promised, heard } = await client({
    toolsListChanged: true,
    resourceSubscriptions: ['a://1'],
  })
  await settle(ACKNOWLEDGE_WAIT_MS)
  expect(promised()).toEqual({})
  const [lists, resources] = opened
  expect(resources?.isOpen).toBe(false)
  lists?.acknowledge()
  lists?.tell(TOOLS_CHANGED)
  await settle(DEBOUNCE_MS)
  expect(heard()).toEqual([])
})

test('a client that asks for nothing, or that has no server, hears an empty acknowledgement and stays', async () => {
  for (const aliases of [[], ['a']]) {
    const { client, opened } = listenBench(aliases)
    const idle = await client(aliases.length === 0 ? { toolsListChanged: true } : {})
    expect(idle.promised()).toEqual({})
    expect(opened).toEqual([])
    expect(idle.over).toBeUndefined()
    idle.leave()
    await vi.advanceTimersByTimeAsync(0)
    expect(idle.over).toEqual({ resultType: 'complete', _meta: MINE })
  }
})

test('a filter that is none is refused before a stream begins', async () => {
  const { resolve } = aggregateOf([])
  for (const notifications of ['all', { toolsListChanged: 'yes' }, { resourceSubscriptions: [1] }])
    expect(
      await resolve('subscriptions/listen', { notifications }, { era: 'modern' }),
    ).toMatchObject({ kind: 'error', code: -32602 })
})

test('a client follows no more resources than one stream may, and its acknowledgement says which', async () => {
  const { client, opened } = listenBench(['a'])
  const uris = Array.from({ length: URIS_MAX + 1 }, (_, index) => `a://${index}`)
  const many = await client({ resourceSubscriptions: uris })
  opened[0]?.acknowledge()
  await vi.advanceTimersByTimeAsync(0)
  expect(many.promised()).toEqual({ resourceSubscriptions: uris.slice(0, URIS_MAX).toSorted() })
})
