import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DEBOUNCE_MS } from './merged-stream.ts'
import { REOPEN_MS_MAX, REOPEN_MS_MIN } from './reopening.ts'
import { listenBench, PROMPTS_CHANGED, SUBSCRIPTION, TOOLS_CHANGED, UPDATED } from './testing.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const TOOLS = { toolsListChanged: true }
const PROMPTS = { promptsListChanged: true }

test('all clients of a server share one stream to it, and each hears the news with its own subscription id', async () => {
  const { client, opened, settle } = listenBench(['a'])
  const first = await client(TOOLS, { id: '1', key: 'key_01' })
  const second = await client(TOOLS, { id: '"two"', key: 'key_02' })
  expect(opened).toHaveLength(1)
  opened[0]?.acknowledge()
  await settle()
  const late = await client(TOOLS, { id: '3' })
  expect(late.promised()).toEqual(TOOLS)
  opened[0]?.tell(TOOLS_CHANGED)
  await settle(DEBOUNCE_MS)
  for (const { heard } of [first, second, late]) expect(heard()).toEqual(['tools/list_changed'])
  const ids = [first, second, late].map(({ sent }) =>
    Reflect.get(sent[1]?.params['_meta'] ?? {}, SUBSCRIPTION),
  )
  expect(ids).toEqual([1, 'two', 3])
  expect(opened).toHaveLength(1)
})

test('what is asked of a server does not depend on who asks', async () => {
  const { client, opened, settle } = listenBench(['a'])
  const first = await client(TOOLS, { key: 'key_01' })
  first.leave()
  await settle()
  await client(PROMPTS, { key: 'key_02' })
  expect(opened).toHaveLength(2)
  expect(opened[1]?.params).toEqual(opened[0]?.params)
})

test('of one shared stream each client is promised and told only what it asked for', async () => {
  const { client, opened, settle } = listenBench(['a'])
  const tools = await client(TOOLS)
  const prompts = await client(PROMPTS)
  const both = await client({ ...TOOLS, ...PROMPTS })
  opened[0]?.acknowledge({ ...TOOLS, ...PROMPTS })
  opened[0]?.tell(TOOLS_CHANGED)
  await settle(DEBOUNCE_MS)
  opened[0]?.tell(PROMPTS_CHANGED)
  opened[0]?.tell(UPDATED, { uri: 'a://1' })
  opened[0]?.tell('notifications/message', { level: 'info' })
  await settle(DEBOUNCE_MS)
  expect([tools, prompts, both].map((one) => one.promised())).toEqual([
    TOOLS,
    PROMPTS,
    { ...TOOLS, ...PROMPTS },
  ])
  expect(tools.heard()).toEqual(['tools/list_changed'])
  expect(prompts.heard()).toEqual(['prompts/list_changed'])
  expect(both.heard()).toEqual(['tools/list_changed', 'prompts/list_changed'])
})

test('the stream to a server ends with its last client, and the next client opens a new one', async () => {
  const { client, open, opened, settle } = listenBench(['a'])
  const first = await client(TOOLS)
  const second = await client(TOOLS)
  opened[0]?.acknowledge()
  first.leave()
  await settle()
  expect(open()).toHaveLength(1)
  second.leave()
  await settle()
  expect(open()).toEqual([])
  const third = await client(TOOLS)
  expect(open()).toHaveLength(1)
  expect(third.promised()).toBeUndefined()
  opened[1]?.acknowledge()
  await settle()
  expect(third.promised()).toEqual(TOOLS)
  expect(first.heard()).toEqual([])
})

test('clients that follow the same resources share a stream, and others are not told of them', async () => {
  const { client, opened, settle } = listenBench(['a'])
  const one = await client({ resourceSubscriptions: ['a://1', 'a://2'] })
  const same = await client({ resourceSubscriptions: ['a://2', 'a://1', 'a://1'] })
  const other = await client({ resourceSubscriptions: ['a://1'] })
  expect(opened.map(({ filter }) => filter)).toEqual([
    { resourceSubscriptions: ['a://1', 'a://2'] },
    { resourceSubscriptions: ['a://1'] },
  ])
  for (const listen of opened) listen.acknowledge()
  opened[0]?.tell(UPDATED, { uri: 'a://2' })
  // A server may name a part of what is followed.
  opened[1]?.tell(UPDATED, { uri: 'a://1/part' })
  opened[1]?.tell(TOOLS_CHANGED)
  await settle(DEBOUNCE_MS)
  expect(one.sent.slice(1).map(({ params }) => params['uri'])).toEqual(['a://2'])
  expect(same.sent.slice(1).map(({ params }) => params['uri'])).toEqual(['a://2'])
  expect(other.sent.slice(1).map(({ params }) => params['uri'])).toEqual(['a://1/part'])
})

test('what a server was not asked for on a stream goes to nobody, though a client asked for it on another', async () => {
  const { client, opened, settle } = listenBench(['a'])
  const both = await client({ ...TOOLS, resourceSubscriptions: ['a://1'] })
  const [lists, resources] = opened
  for (const listen of opened) listen.acknowledge()
  resources?.tell(TOOLS_CHANGED)
  lists?.tell(UPDATED, { uri: 'a://1' })
  await settle(DEBOUNCE_MS)
  expect(both.heard()).toEqual([])
})

for (const how of ['complete', 'broken'] as const) {
  test(`a stream that ends (${how}) is opened again, and everybody is told of what may have been missed`, async () => {
    const { client, open, opened, settle } = listenBench(['a'])
    const tools = await client(TOOLS)
    const prompts = await client(PROMPTS)
    const resources = await client({ resourceSubscriptions: ['a://1'] })
    for (const listen of opened) listen.acknowledge()
    await settle()
    for (const listen of open()) listen.end(how)
    await settle(REOPEN_MS_MIN - 1)
    expect(open()).toEqual([])
    // Who comes meanwhile is promised the same.
    const late = await client(TOOLS)
    expect(late.promised()).toEqual(TOOLS)
    await settle(1)
    expect(open()).toHaveLength(2)
    expect(tools.heard()).toEqual([])
    for (const listen of open()) listen.acknowledge()
    await settle(DEBOUNCE_MS)
    expect([tools, prompts, resources, late].map((one) => one.heard())).toEqual([
      ['tools/list_changed'],
      ['prompts/list_changed'],
      ['resources/updated'],
      ['tools/list_changed'],
    ])
    expect(tools.over).toBeUndefined()
  })
}

test('waits between openings double up to a minute, and begin anew after a steady stream', async () => {
  const { client, opened, settle } = listenBench(['a'])
  await client(TOOLS)
  opened[0]?.acknowledge()
  const waits: number[] = []
  const wait = async (): Promise<void> => {
    const before = opened.length
    opened.at(-1)?.end('broken')
    let ms = 0
    for (let step = REOPEN_MS_MIN; opened.length === before; ms += step) await settle(step)
    waits.push(ms)
  }
  for (let round = 0; round < 9; round += 1) await wait()
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  await settle(REOPEN_MS_MAX)
  await wait()
  expect(waits.at(-1)).toBe(REOPEN_MS_MIN)
})

test('nobody opens a broken stream again when the last client has left', async () => {
  const { client, opened, settle } = listenBench(['a'])
  const only = await client(TOOLS)
  opened[0]?.acknowledge()
  opened[0]?.end('broken')
  await settle()
  only.leave()
  await settle(REOPEN_MS_MAX)
  expect(opened).toHaveLength(1)
  expect(vi.getTimerCount()).toBe(0)
})

test('when a server honours something else after it was opened again, its clients are ended and ask again', async () => {
  const { client, opened, open, settle } = listenBench(['a', 'b'])
  const one = await client(TOOLS)
  for (const listen of opened) listen.acknowledge()
  await settle()
  opened[0]?.end('broken')
  await settle(REOPEN_MS_MIN)
  opened[2]?.acknowledge(PROMPTS)
  await settle()
  expect(one.over).toMatchObject({ resultType: 'complete' })
  expect(open()).toEqual([])
})

test('a server that fails before it acknowledges is left out, and the next client tries it again', async () => {
  const { client, opened, settle } = listenBench(['a'])
  const first = await client(TOOLS)
  opened[0]?.end('broken')
  await settle()
  expect(first.promised()).toEqual({})
  const second = await client(TOOLS)
  opened[1]?.acknowledge()
  await settle()
  expect(second.promised()).toEqual(TOOLS)
})

test('a fault of ours reaches every client of the stream as a fault', async () => {
  const { client, opened, settle } = listenBench(['a', 'b'])
  const clients = [await client(TOOLS), await client(TOOLS)]
  for (const listen of opened) listen.acknowledge()
  opened[0]?.end('bug')
  await settle()
  for (const { over } of clients) expect(over).toEqual(new Error('a bug'))
  expect(opened[1]?.isOpen).toBe(false)
})
