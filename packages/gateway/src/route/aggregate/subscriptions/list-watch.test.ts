import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { sampleKey, sampleServer } from '../../../snapshot/testing.ts'
import { sampleCaller } from '../testing.ts'
import { listenBench, TOOLS_CHANGED, UPDATED } from './testing.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const ALL = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true }
const EVERY = ['tools/list_changed', 'prompts/list_changed', 'resources/list_changed']

test('a server that is registered, switched on or granted changes the lists once, and is heard from then on', async () => {
  const bench = listenBench(['a'])
  const client = await bench.client({ toolsListChanged: true })
  bench.open()[0]?.acknowledge()
  await bench.settle()
  await bench.replace('b', { era: 'modern' })
  await bench.settle(100)
  expect(client.heard()).toEqual(['tools/list_changed'])
  const gained = bench.open().find(({ alias }) => alias === 'b')
  gained?.acknowledge()
  await bench.settle()
  gained?.tell(TOOLS_CHANGED)
  await bench.settle(100)
  expect(client.heard()).toEqual(['tools/list_changed', 'tools/list_changed'])
  client.leave()
  await bench.settle()
  expect(bench.open()).toEqual([])
})

test('only whoever sees the server hears of it, and only lists that were promised', async () => {
  const bench = listenBench(['a'])
  const other = sampleServer('b').id
  bench.bench.hand.deniedServers.add(`key_02 ${other}`)
  const sees = await bench.client(ALL, { key: 'key_01' })
  const not = await bench.client(ALL, { key: 'key_02' })
  for (const listen of bench.open()) listen.acknowledge({ toolsListChanged: true })
  await bench.settle()
  await bench.replace('b', {})
  await bench.settle(100)
  expect(sees.heard()).toEqual(['tools/list_changed'])
  expect(not.heard()).toEqual([])
})

test('grants that change tell every promised list once', async () => {
  const bench = listenBench(['a'])
  const client = await bench.client(ALL)
  for (const listen of bench.open()) listen.acknowledge()
  await bench.settle()
  const { hand } = bench.bench
  hand.keys.set(
    'key_01',
    sampleKey('secret', { id: 'key_01', deny: [{ serverId: 'x', tools: ['t'] }] }),
  )
  bench.bench.change('key', 'key_01')
  await bench.settle(100)
  expect(client.heard()).toEqual(EVERY)
  bench.bench.change('key', 'key_01')
  await bench.settle(100)
  expect(client.heard()).toEqual(EVERY)
})

test('a change that no list shows tells nothing', async () => {
  const bench = listenBench(['a'])
  const heard: unknown[] = []
  const stop = bench.bench.endpoint.watchLists?.(sampleCaller('key_01'), () =>
    heard.push('changed'),
  )
  await bench.replace('a', { limits: { ...sampleServer('a').limits, callTimeoutMs: 7 } })
  bench.bench.change('key', 'key_99')
  bench.bench.change('price', 'prc_1')
  expect(heard).toEqual([])
  await bench.replace('a', { enabled: false })
  expect(heard).toEqual(['changed'])
  stop?.()
  await bench.replace('a', { enabled: true })
  expect(heard).toEqual(['changed'])
})

test('a resource that was told apart is followed at its server, and its news have the client’s name', async () => {
  const bench = listenBench(['a', 'b'])
  const client = await bench.client({ resourceSubscriptions: ['b://~b/1', 'a://2'] })
  const listens = bench.open()
  expect(listens.map(({ alias, filter }) => [alias, filter])).toEqual([
    ['a', { resourceSubscriptions: ['a://2'] }],
    ['b', { resourceSubscriptions: ['b://1'] }],
  ])
  for (const listen of listens) listen.acknowledge()
  await bench.settle()
  expect(client.promised()).toEqual({ resourceSubscriptions: ['a://2', 'b://~b/1'] })
  listens[1]?.tell(UPDATED, { uri: 'b://1', own: 1 })
  await bench.settle()
  expect(client.sent.at(-1)).toMatchObject({
    params: {
      uri: 'b://~b/1',
      own: 1,
      _meta: { 'io.modelcontextprotocol/subscriptionId': 'my-id' },
    },
  })
})
