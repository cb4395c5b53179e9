import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { instant } from '@mcp-orchestra/kernel'
import { refuse } from '../../../authorize/problems.ts'
import { sampleKey, sampleServer } from '../../../snapshot/testing.ts'
import type { Ask } from '../../../upstream/ask.ts'
import { sampleCaller } from '../testing.ts'
import { ListenBook, RESOURCE_LISTENS_PER_SERVER_MAX } from './listen-book.ts'
import { DEBOUNCE_MS } from './merged-stream.ts'
import { REOPEN_MS_MAX } from './reopening.ts'
import { listenBench, TOOLS_CHANGED } from './testing.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const TOOLS = { toolsListChanged: true }

/** Two clients of different keys that share what two servers tell. */
async function twoClients() {
  const bench = listenBench(['a', 'b'])
  const alice = await bench.client(TOOLS, { key: 'key_alice' })
  const bob = await bench.client(TOOLS, { key: 'key_bob' })
  for (const listen of bench.opened) listen.acknowledge()
  await bench.settle()
  const [a, b] = bench.opened
  if (a === undefined || b === undefined) throw new Error('not both are listened to')
  return { ...bench, alice, bob, a, b }
}

test('a key that is revoked ends its own clients; streams in its name are opened again in the name of those who hear on', async () => {
  const { alice, bob, bench, open, opened, settle } = await twoClients()
  expect(opened.map(({ key }) => key)).toEqual(['key_alice', 'key_alice'])
  bench.hand.keys.set('key_alice', undefined)
  bench.change('key', 'key_alice')
  await settle()
  expect(alice.over).toMatchObject({ resultType: 'complete' })
  expect(bob.over).toBeUndefined()
  expect(open().map(({ key }) => key)).toEqual(['key_bob', 'key_bob'])
  for (const listen of open()) listen.acknowledge()
  await settle(DEBOUNCE_MS)
  // What was said while nobody listened would be lost in silence.
  expect(bob.heard()).toEqual(['tools/list_changed'])
  open()[0]?.tell(TOOLS_CHANGED)
  await settle(DEBOUNCE_MS)
  expect(bob.heard()).toHaveLength(2)
})

test('a stream does not outlive the key in whose name it is, also when its client has left before', async () => {
  const { alice, bob, bench, open, opened, settle } = await twoClients()
  alice.leave()
  await settle()
  expect(opened).toHaveLength(2)
  bench.hand.keys.set('key_alice', undefined)
  bench.change('key', 'key_alice')
  await settle()
  expect(open().map(({ key }) => key)).toEqual(['key_bob', 'key_bob'])
  expect(bob.over).toBeUndefined()
})

test('a stream that broke is opened again in the name of somebody who is there', async () => {
  const { alice, a, open, opened, settle } = await twoClients()
  alice.leave()
  a.end('broken')
  await settle(REOPEN_MS_MAX)
  expect(opened).toHaveLength(3)
  expect(open().map(({ alias, key }) => `${alias} ${key}`)).toEqual(['b key_alice', 'a key_bob'])
})

test('a key that is revoked and spoke for nobody leaves the streams as they are', async () => {
  const { alice, bob, bench, open, opened, settle } = await twoClients()
  bench.hand.keys.set('key_bob', undefined)
  bench.change('key', 'key_bob')
  await settle()
  expect([opened.length, open().length, alice.over]).toEqual([2, 2, undefined])
  expect(bob.over).toMatchObject({ resultType: 'complete' })
})

test('a key that loses a server is told that its lists changed and hears that server no more', async () => {
  const { alice, bob, bench, b, opened, settle } = await twoClients()
  bench.hand.deniedServers.add('key_alice srv_a')
  bench.hand.keys.set('key_alice', sampleKey('secret', { id: 'key_alice', ratePerMinute: 1 }))
  bench.change('key', 'key_alice')
  await settle(DEBOUNCE_MS)
  expect(alice.heard()).toEqual(['tools/list_changed'])
  opened[2]?.acknowledge()
  await settle(DEBOUNCE_MS)
  expect(alice.heard()).toHaveLength(1)
  expect(bob.heard()).toHaveLength(1)
  b.tell(TOOLS_CHANGED)
  await settle(DEBOUNCE_MS)
  expect(alice.heard()).toHaveLength(2)
})

test('who loses a server because its publisher or its visibility changed leaves it alone', async () => {
  for (const kind of ['organization', 'server'] as const) {
    const { alice, bob, bench, open, settle } = await twoClients()
    bench.hand.deniedServers.add('key_alice srv_a').add('key_alice srv_b')
    if (kind === 'organization') bench.change(kind, 'org_publisher')
    else for (const id of ['srv_a', 'srv_b']) bench.change(kind, id)
    await settle(DEBOUNCE_MS)
    expect(alice.over).toMatchObject({ resultType: 'complete' })
    expect(open().map(({ alias, key }) => `${alias} ${key}`)).toEqual(['a key_bob', 'b key_bob'])
    expect(bob.over).toBeUndefined()
  }
})

test('a change of another key, another organization or a name leaves every stream as it is', async () => {
  const { alice, bench, opened, replace, settle } = await twoClients()
  bench.change('key', 'key_other')
  bench.change('organization', 'org_other')
  await replace('a', { name: 'another name' })
  await settle(DEBOUNCE_MS)
  expect(opened).toHaveLength(2)
  expect(alice.heard()).toEqual([])
})

test('a server that moved is listened to at its new place, and its clients are told that its lists changed', async () => {
  const { alice, bob, a, opened, replace, settle } = await twoClients()
  await replace('a', { transport: { kind: 'http', url: 'http://127.0.0.1:8/mcp', headers: {} } })
  expect(a.isOpen).toBe(false)
  expect(opened).toHaveLength(3)
  opened[2]?.acknowledge()
  await settle(DEBOUNCE_MS)
  for (const { heard } of [alice, bob]) expect(heard()).toEqual(['tools/list_changed'])
})

test('a server that is off is left alone; when it is on again it is heard again', async () => {
  const { alice, a, opened, replace, settle } = await twoClients()
  await replace('a', { enabled: false })
  expect(a.isOpen).toBe(false)
  await settle(REOPEN_MS_MAX)
  expect(opened).toHaveLength(2)
  expect(alice.heard()).toEqual(['tools/list_changed'])
  await replace('a', { enabled: true })
  opened[2]?.acknowledge()
  await settle(DEBOUNCE_MS)
  opened[2]?.tell(TOOLS_CHANGED)
  await settle(DEBOUNCE_MS)
  expect(alice.heard()).toHaveLength(3)
})

test('a server that is removed ends its part, and with the last part the stream, after the news of it', async () => {
  const { alice, a, b, replace } = await twoClients()
  await replace('a', undefined)
  expect([a.isOpen, alice.over]).toEqual([false, undefined])
  await replace('b', undefined)
  expect(b.isOpen).toBe(false)
  expect(alice.heard()).toEqual(['tools/list_changed'])
  expect(alice.over).toMatchObject({ resultType: 'complete' })
  expect(vi.getTimerCount()).toBe(0)
})

/** A book alone, whose servers never say anything. */
function bareBook(listenersMax?: number) {
  const server = sampleServer('a')
  const hand = { mayUseWhole: true }
  const silent: Ask = () => Promise.withResolvers<never>().promise
  const book = new ListenBook(
    {
      snapshot: {
        serverById: () => server,
        keyById: () => sampleCaller('key_01').key,
        connectionOf: () => undefined,
        onChange: () => undefined,
      },
      authorizer: {
        mayUse: () => undefined,
        mayUseWhole: () => (hand.mayUseWhole ? undefined : refuse('authorize.tool_denied')),
      },
      clock: { now: () => instant(0), monotonicMs: () => 0 },
    },
    listenersMax,
  )
  const join = (question: { lists: number; uris: string[] }) => {
    const listener = {
      caller: sampleCaller('key_01'),
      hear: () => undefined,
      acknowledged: () => undefined,
      ended: () => undefined,
    }
    return book.join(server, question, listener, silent)
  }
  return { book, hand, join }
}

test('different sets of resources at one server are bounded, and lists still find a place', () => {
  const { book, join } = bareBook()
  for (let index = 0; index < RESOURCE_LISTENS_PER_SERVER_MAX; index += 1)
    expect(join({ lists: 0, uris: [`a://${index}`] })).toBeDefined()
  expect(join({ lists: 0, uris: ['a://one-more'] })).toBeUndefined()
  expect(join({ lists: 0, uris: ['a://0'] })).toBeDefined()
  expect(join({ lists: 7, uris: [] })).toBeDefined()
  expect(book.size).toBe(RESOURCE_LISTENS_PER_SERVER_MAX + 1)
})

test('clients of one listen are bounded', () => {
  const { book, join } = bareBook(2)
  const joined = [1, 2, 3].map(() => join({ lists: 7, uris: [] }))
  expect(joined.map((listen) => listen !== undefined)).toEqual([true, true, false])
  expect(book.size).toBe(1)
})

test('who may use only named tools follows no resource', () => {
  const { book, hand, join } = bareBook()
  hand.mayUseWhole = false
  expect(join({ lists: 0, uris: ['a://1'] })).toBeUndefined()
  expect(join({ lists: 7, uris: [] })).toBeDefined()
  expect(book.size).toBe(1)
})
