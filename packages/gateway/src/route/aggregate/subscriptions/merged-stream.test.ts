import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DEBOUNCE_MS } from './merged-stream.ts'
import { WAITING_CHARS_MAX, WAITING_NEWS_MAX } from './outbox.ts'
import { listenBench, TOOLS_CHANGED, UPDATED, type ListenClient } from './testing.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const TOOLS = { toolsListChanged: true }
const FOLLOWED = { resourceSubscriptions: ['a://1'] }

/** A client that takes nothing until it is told to. */
async function slowAndQuick() {
  const bench = listenBench(['a'])
  const gate = { taken: Promise.withResolvers<void>() }
  const filter = { ...TOOLS, ...FOLLOWED }
  const slow = await bench.client(filter, { taken: () => gate.taken.promise })
  const quick = await bench.client(filter)
  for (const listen of bench.opened) listen.acknowledge()
  await bench.settle()
  const [lists, resources] = bench.opened
  if (lists === undefined || resources === undefined) throw new Error('not both are open')
  return { ...bench, gate, slow, quick, lists, resources }
}

test('a client that takes nothing delays no other, and hears what it missed once when it reads again', async () => {
  const { gate, slow, quick, lists, resources, settle } = await slowAndQuick()
  for (let round = 0; round < 50; round += 1) {
    lists.tell(TOOLS_CHANGED)
    resources.tell(UPDATED, { uri: 'a://1' })
    await settle(DEBOUNCE_MS)
  }
  expect(slow.sent).toHaveLength(1)
  expect(quick.heard()).toHaveLength(100)
  gate.taken.resolve()
  await settle()
  expect(slow.heard()).toEqual(['resources/updated', 'tools/list_changed'])
  expect(slow.over).toBeUndefined()
})

test('a client that is behind by more than may wait is ended with what waits, and the others hear on', async () => {
  for (const [count, length] of [
    [WAITING_NEWS_MAX + 1, 1],
    [3, WAITING_CHARS_MAX / 2],
  ] as const) {
    const { gate, slow, quick, resources, settle } = await slowAndQuick()
    const tell = (index: number): void =>
      resources.tell(UPDATED, { uri: `a://1/${index}${'x'.repeat(length)}` })
    for (let index = 0; index < count; index += 1) {
      tell(index)
      await settle()
    }
    gate.taken.resolve()
    await settle()
    expect(slow.over).toMatchObject({ resultType: 'complete' })
    const told = slow.heard().length
    expect(told).toBeLessThanOrEqual(count)
    tell(count)
    await settle()
    expect(slow.heard()).toHaveLength(told)
    expect(quick.heard()).toHaveLength(count + 1)
    expect(resources.isOpen).toBe(true)
  }
})

test('a client that leaves while it is stuck is let go at once, and is sent nothing more', async () => {
  const { gate, slow, resources, settle } = await slowAndQuick()
  resources.tell(UPDATED, { uri: 'a://1' })
  slow.leave()
  await settle()
  expect(slow.over).toMatchObject({ resultType: 'complete' })
  gate.taken.resolve()
  await settle()
  expect(slow.sent).toHaveLength(1)
})

test('when the last client falls behind because its server moved, the new place is not listened to', async () => {
  const { client, opened, open, replace, settle } = listenBench(['a'])
  await client(FOLLOWED, { taken: () => Promise.withResolvers<void>().promise })
  opened[0]?.acknowledge()
  for (let index = 0; index < WAITING_NEWS_MAX; index += 1)
    opened[0]?.tell(UPDATED, { uri: `a://1/${index}` })
  await settle()
  expect(open()).toHaveLength(1)
  await replace('a', { transport: { kind: 'http', url: 'http://127.0.0.1:8/mcp', headers: {} } })
  expect(open()).toEqual([])
  expect(opened).toHaveLength(1)
})

/** What may happen to the clients of one server, and when. */
type Step =
  | { readonly kind: 'join'; readonly isTools: boolean; readonly isFollowing: boolean }
  | { readonly kind: 'leave'; readonly at: number }
  | { readonly kind: 'acknowledge' | 'break' | 'tools' | 'resource' }
  | { readonly kind: 'wait'; readonly ms: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('join' as const),
    isTools: fc.boolean(),
    isFollowing: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('leave' as const), at: fc.nat(20) }),
  fc.record({
    kind: fc.constantFrom('acknowledge' as const, 'break' as const, 'tools' as const),
  }),
  fc.record({ kind: fc.constant('resource' as const) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(0, 50, 100, 1_000) }),
)

type Expected = {
  readonly client: ListenClient
  readonly isTools: boolean
  readonly isFollowing: boolean
  isThere: boolean
  /** News of each kind since it joined: all updates are told; of list changes at least one after the last. */
  updates: string[]
  toolsPending: boolean
  toldTools: number
}

test('whatever the order of joining, leaving, breaking and news, each client hears what it asked for and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { bench: _bench, client, open, settle } = listenBench(['a'])
      const all: Expected[] = []
      const acknowledged = new Set<object>()
      let serial = 0
      const openOf = (isResources: boolean) =>
        open().find(({ filter }) => 'resourceSubscriptions' in filter === isResources)
      const there = (): Expected[] =>
        all.filter(({ isThere, client: { over } }) => isThere && over === undefined)
      const run = async (now: Step): Promise<void> => {
        switch (now.kind) {
          case 'join': {
            const { isTools, isFollowing } = now
            const filter = { ...(isTools ? TOOLS : {}), ...(isFollowing ? FOLLOWED : {}) }
            const joined = await client(filter, { id: String(all.length) })
            all.push({
              client: joined,
              isTools,
              isFollowing,
              isThere: true,
              updates: [],
              toolsPending: false,
              toldTools: 0,
            })
            return
          }
          case 'leave': {
            const leaving = all[now.at]
            if (leaving === undefined) return
            await settle(DEBOUNCE_MS)
            leaving.client.leave()
            leaving.isThere = false
            return await settle()
          }
          case 'acknowledge':
            for (const listen of open()) {
              if (!acknowledged.has(listen)) listen.acknowledge()
              acknowledged.add(listen)
            }
            return await settle()
          case 'break':
            // Before its acknowledgement it would leave the clients out, which other tests look at.
            for (const listen of open()) if (acknowledged.has(listen)) listen.end('broken')
            return await settle()
          case 'tools': {
            const listen = openOf(false)
            if (listen === undefined) return
            for (const one of there()) {
              if (!one.isTools) continue
              one.toolsPending = true
              one.toldTools = one.client.heard().filter((told) => told.startsWith('tools')).length
            }
            return listen.tell(TOOLS_CHANGED)
          }
          case 'resource': {
            const listen = openOf(true)
            if (listen === undefined) return
            serial += 1
            const uri = `a://1/${serial}`
            for (const one of there()) if (one.isFollowing) one.updates.push(uri)
            return listen.tell(UPDATED, { uri })
          }
          case 'wait':
            return await settle(now.ms)
        }
      }
      for (const now of steps) await run(now)
      await run({ kind: 'acknowledge' })
      await settle(DEBOUNCE_MS)
      for (const {
        client: one,
        isTools,
        isFollowing,
        isThere,
        updates,
        toolsPending,
        toldTools,
      } of all) {
        const news = one.sent.slice(1)
        const uris = news.flatMap(({ method, params }) =>
          method === UPDATED ? [params['uri']] : [],
        )
        const tools = news.filter(({ method }) => method === TOOLS_CHANGED).length
        expect(news).toHaveLength(uris.length + tools)
        if (!isTools) expect(tools).toBe(0)
        if (!isFollowing) expect(uris).toEqual([])
        const isPromised = one.promised() !== undefined
        if (!isPromised) {
          expect(news).toEqual([])
          continue
        }
        const promised = one.promised() as {
          resourceSubscriptions?: string[]
          toolsListChanged?: true
        }
        // The gateway's own news after an opening name the followed resource itself.
        const told = uris.filter((uri) => uri !== 'a://1')
        if (promised.resourceSubscriptions !== undefined) expect(told).toEqual(updates)
        if (isThere && toolsPending && promised.toolsListChanged === true)
          expect(tools).toBeGreaterThan(toldTools)
        const ids = new Set(one.sent.map(({ params }) => JSON.stringify(params['_meta'])))
        expect(ids.size).toBe(1)
      }
    }),
    { numRuns: 150 },
  )
}, 60_000)
