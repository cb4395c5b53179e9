import { OrchestraProblem, type UsageEvent } from '@mcp-orchestra/sdk'
import { expect, it } from 'vitest'
import {
  createFeedSource,
  FRAME_EVENTS_MAX,
  type FeedDeps,
  type LiveItem,
  type StreamState,
} from './feed-source.ts'
import { callAt } from './testing.ts'

/** A platform whose stream, list, frames and time move when the test says so. */
function world(over: Partial<FeedDeps> = {}) {
  const calls: UsageEvent[] = []
  const frames: (() => void)[] = []
  const timers: (() => void)[] = []
  const streams: {
    put: (item: LiveItem) => Promise<void>
    state: (to: StreamState) => void
    signal: AbortSignal
  }[] = []
  let pages = 0
  const deps: FeedDeps = {
    page: async (cursor) => {
      pages += 1
      const older = calls.toReversed().filter(({ id }) => cursor === undefined || id < cursor)
      const items = older.slice(0, 3)
      return { items, nextCursor: older.length > 3 ? (items.at(-1)?.id ?? null) : null }
    },
    live: (signal, onState) => {
      const waiting: LiveItem[] = []
      let wake: (() => void) | undefined
      signal.addEventListener('abort', () => wake?.())
      streams.push({
        signal,
        state: (to) => to !== 'off' && onState(to, to === 'lost' ? { retryInMs: 2_000 } : {}),
        put: async (item) => {
          waiting.push(item)
          wake?.()
          await settled()
        },
      })
      return (async function* () {
        while (!signal.aborted) {
          const item = waiting.shift()
          if (item !== undefined) yield item
          else await new Promise<void>((resolve) => (wake = resolve))
        }
      })()
    },
    nextFrame: (draw) => frames.push(draw),
    after: (_ms, run) => {
      timers.push(run)
      return () => {}
    },
    ...over,
  }
  const source = createFeedSource(deps)
  return {
    calls,
    source,
    streams,
    pages: () => pages,
    ids: () => source.view().feed.calls.map(({ seq }) => seq),
    frame: () => frames.splice(0).forEach((draw) => draw()),
    time: async () => {
      timers.splice(0).forEach((run) => run())
      await settled()
    },
  }
}

/** Turns of the queue of promises after which whatever was ready has run. */
const TURNS = 50

/** Promises that are ready have run. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve()
}

it('a call that comes by the stream and by the list is shown once', async () => {
  const { calls, source, streams, frame, ids } = world()
  calls.push(callAt(1), callAt(2))
  source.start()
  await streams[0]?.put({ kind: 'usage', event: callAt(2) })
  frame()
  expect(ids()).toEqual([2, 1])
})

it('calls are drawn once a frame, and without a frame when many came', async () => {
  const { source, streams, frame, ids } = world()
  source.start()
  await settled()
  let draws = 0
  source.subscribe(() => (draws += 1))
  for (let n = 0; n < 5; n += 1) await streams[0]?.put({ kind: 'usage', event: callAt(n) })
  expect([ids(), draws]).toEqual([[], 0])
  frame()
  expect([ids(), draws]).toEqual([[4, 3, 2, 1, 0], 1])
  for (let n = 10; n < 10 + FRAME_EVENTS_MAX; n += 1) {
    await streams[0]?.put({ kind: 'usage', event: callAt(n) })
  }
  expect(ids()).toHaveLength(5 + FRAME_EVENTS_MAX)
})

it('what came while the connection was lost is read from the list when it is back', async () => {
  const { calls, source, streams, ids, time } = world()
  calls.push(callAt(1))
  source.start()
  await settled()
  streams[0]?.state('lost')
  expect(source.view()).toMatchObject({ stream: 'lost', retryInMs: 2_000 })
  calls.push(callAt(2))
  streams[0]?.state('open')
  await time()
  expect(ids()).toEqual([2, 1])
  expect(source.view().stream).toBe('open')
})

it('a stream that drops often asks for the list once at a time', async () => {
  const { calls, source, streams, pages, time } = world()
  calls.push(callAt(1))
  source.start()
  await settled()
  for (let n = 0; n < 9; n += 1) await streams[0]?.put({ kind: 'dropped', count: 1 })
  expect(pages()).toBe(1)
  await time()
  expect(pages()).toBe(2)
  expect(source.view().feed).toMatchObject({ dropped: 9, holeAbove: undefined })
})

it('a refused list is told, and read again only when asked', async () => {
  let refused = true
  const { source, pages, ids, time } = world({
    page: async () => {
      if (refused) throw new Error('refused')
      return { items: [callAt(1)], nextCursor: null }
    },
  })
  source.start()
  await settled()
  await time()
  expect(source.view().problem).toEqual(new Error('refused'))
  refused = false
  source.retry()
  await settled()
  expect([ids(), source.view().problem, pages()]).toEqual([[1], undefined, 0])
})

it('a list that failed for now is read again without anybody’s help', async () => {
  let away = true
  const { source, ids, time } = world({
    page: async () => {
      if (away)
        throw new OrchestraProblem({
          code: 'sdk.connection_lost',
          status: 503,
          title: '',
          retryable: false,
        })
      return { items: [callAt(1)], nextCursor: null }
    },
  })
  source.start()
  await settled()
  expect(source.view().problem).toBeInstanceOf(OrchestraProblem)
  away = false
  await time()
  await time()
  expect([ids(), source.view().problem]).toEqual([[1], undefined])
})

it('a refused stream is off, the list stays, and retry opens a new one', async () => {
  let opened = 0
  const { source, calls, ids } = world({
    live: () => {
      opened += 1
      return (async function* () {
        if (opened === 1) throw new Error('too many streams')
        yield { kind: 'gap' as const }
      })()
    },
  })
  calls.push(callAt(1))
  source.start()
  await settled()
  expect(source.view()).toMatchObject({ stream: 'off', problem: new Error('too many streams') })
  expect(ids()).toEqual([1])
  source.retry()
  await settled()
  expect([opened, source.view().problem]).toEqual([2, undefined])
})

it('nothing is shown after its end', async () => {
  const { source, streams, frame, ids } = world()
  const end = source.start()
  await settled()
  end()
  await streams[0]?.put({ kind: 'usage', event: callAt(1) })
  frame()
  expect([ids(), streams[0]?.signal.aborted]).toEqual([[], true])
})

it('older calls are read once however often they are asked for', async () => {
  const { source, calls, pages, ids } = world()
  for (let n = 1; n <= 5; n += 1) calls.push(callAt(n))
  source.start()
  await settled()
  source.loadOlder()
  source.loadOlder()
  await settled()
  expect([ids(), pages()]).toEqual([[5, 4, 3, 2, 1], 2])
})
