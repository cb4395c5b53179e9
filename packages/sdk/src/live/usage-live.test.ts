import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { instant } from '@mcp-orchestra/kernel'
import { json } from '../mcp/testing.ts'
import { LIVE_ITEMS_MAX, LiveBuffer } from './live-buffer.ts'
import { SILENCE_MS_MAX } from './live-connection.ts'
import type { LiveItem, LiveOptions, LiveState } from './live-item.ts'
import { followUsage } from './usage-live.ts'

/** One connection that the test's platform has taken. */
type Taken = {
  readonly lastEventId: string | null
  send(text: string): void
  /** The network breaks. */
  cut(): void
  end(): void
  readonly isAborted: () => boolean
}

type Answering = (taken: Taken) => Response | undefined

/** A platform whose live stream the test writes. */
function platform(answer: Answering = () => undefined) {
  const taken: Taken[] = []
  const atMs: number[] = []
  const send: typeof fetch = async (_input, init) => {
    const signal = init?.signal
    let feed: ReadableStreamDefaultController<Uint8Array> | undefined
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (feed = controller) })
    const connection: Taken = {
      lastEventId: new Headers(init?.headers).get('last-event-id'),
      send: (text) => feed?.enqueue(new TextEncoder().encode(text)),
      cut: () => feed?.error(new TypeError('terminated')),
      end: () => feed?.close(),
      isAborted: () => signal?.aborted === true,
    }
    signal?.addEventListener('abort', () => feed?.error(signal.reason))
    taken.push(connection)
    atMs.push(performance.now())
    return (
      answer(connection) ??
      new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } })
    )
  }
  return { taken, atMs, fetch: send }
}

/** Follows a platform; `read` is what has come out so far. */
function follow(net: { fetch: typeof fetch }, options: LiveOptions = {}, random = () => 1) {
  const states: [LiveState, number | undefined][] = []
  const read: LiveItem[] = []
  const controller = new AbortController()
  const stream = followUsage(
    {
      url: 'http://control.test/v1/usage/live?',
      apiKey: undefined,
      fetch: net.fetch,
      clock: { now: () => instant(0), monotonicMs: () => performance.now() },
      random,
    },
    {
      signal: controller.signal,
      onState: (state, { retryInMs }) => states.push([state, retryInMs]),
      ...options,
    },
  )
  const done = (async () => {
    for await (const item of stream) read.push(item)
    return 'ended'
  })()
  done.catch(() => undefined)
  return { read, states, done, abort: () => controller.abort(new Error('enough')) }
}

function usage(id: string, cursor = id): string {
  return `event: usage\nid: ${cursor}\ndata: ${JSON.stringify({ id, outcome: 'complete' })}\n\n`
}

function item(id: string): LiveItem {
  return { kind: 'usage', event: { id, outcome: 'complete' } as never, cursor: id }
}

/** Lets everything happen that needs no time. */
const settle = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a live stream', () => {
  test('tells calls, and what a slow reader missed, in order', async () => {
    const net = platform()
    const { read, states } = follow(net)
    await settle()
    net.taken[0]?.send(`id: c0\n\n: ping\n\n${usage('e1')}event: dropped\ndata: {"count":3}\n\n`)
    net.taken[0]?.send(`event: gap\ndata: {}\n\nevent: news_of_later\ndata: {}\n\n${usage('e2')}`)
    await settle()
    expect(read).toEqual([item('e1'), { kind: 'dropped', count: 3 }, { kind: 'gap' }, item('e2')])
    expect(states).toEqual([
      ['connecting', undefined],
      ['open', undefined],
    ])
  })

  test('goes on after the last id that was said, also by a block without data', async () => {
    const net = platform()
    const { read } = follow(net)
    await settle()
    net.taken[0]?.send(usage('e1'))
    net.taken[0]?.cut()
    await vi.advanceTimersByTimeAsync(500)
    net.taken[1]?.send(`id: c7\n: ping\n\n`)
    net.taken[1]?.end()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(net.taken.map(({ lastEventId }) => lastEventId)).toEqual([null, 'e1', 'c7'])
    expect(read).toEqual([item('e1')])
  })

  test('says that something may be missing when it was lost before it knew its place', async () => {
    const net = platform()
    const { read } = follow(net)
    await settle()
    net.taken[0]?.cut()
    await vi.advanceTimersByTimeAsync(500)
    expect(net.taken).toHaveLength(2)
    expect(read).toEqual([{ kind: 'gap' }])
  })

  test('says when it is lost, why, and when it tries again; pauses double up to half a minute', async () => {
    const net = platform(() => {
      throw new TypeError('fetch failed')
    })
    const { states } = follow(net)
    await vi.advanceTimersByTimeAsync(200_000)
    const pauses = states.filter(([state]) => state === 'lost').map(([, retryInMs]) => retryInMs)
    expect(pauses.slice(0, 8)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  })

  test('never comes back faster than the pauses allow, whatever the platform does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.infiniteStream(
          fc.record({
            kind: fc.constantFrom('refuse', 'throw', 'end', 'usage then end', 'proxy'),
            random: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
          }),
        ),
        async (script) => {
          vi.useFakeTimers()
          const net = platform((taken) => {
            switch (script.next().value?.kind) {
              case 'refuse':
                return json({ code: 'x', status: 503, title: 'x', retryable: true }, refusal(503))
              case 'proxy':
                return new Response('<html>', { status: 502 })
              case 'throw':
                throw new TypeError('fetch failed')
              case 'usage then end':
                taken.send(usage('e'))
                taken.end()
                return undefined
              default:
                taken.end()
                return undefined
            }
          })
          const following = follow(net, {}, () => script.next().value?.random ?? 0)
          await vi.advanceTimersByTimeAsync(120_000)
          const gaps = net.atMs.slice(1).map((at, index) => at - (net.atMs[index] ?? 0))
          for (const [index, gap] of gaps.entries()) {
            expect(gap).toBeGreaterThanOrEqual(Math.min(250 * 2 ** index, 15_000) - 1)
            expect(gap).toBeLessThanOrEqual(30_001)
          }
          following.abort()
          await settle()
          expect(await following.done).toBe('ended')
        },
      ),
      { numRuns: 30 },
    )
  })

  test('spreads those who were lost at one moment over half of the pause', async () => {
    const dead = { fetch: () => Promise.reject(new TypeError('fetch failed')) }
    const first = [0, 0.5, 1].map((value) => follow(dead, {}, () => value).states)
    await settle()
    expect(first.map((states) => states.find(([state]) => state === 'lost')?.[1])).toEqual([
      250, 375, 500,
    ])
  })

  test('a connection that held makes the next pause the first again', async () => {
    const net = platform()
    const { states } = follow(net)
    await settle()
    net.taken[0]?.cut()
    await vi.advanceTimersByTimeAsync(500)
    net.taken[1]?.cut()
    await vi.advanceTimersByTimeAsync(1_000)
    await vi.advanceTimersByTimeAsync(10_000)
    net.taken[2]?.cut()
    await settle()
    const pauses = states.filter(([state]) => state === 'lost').map(([, retryInMs]) => retryInMs)
    expect(pauses).toEqual([500, 1_000, 500])
  })

  test('waits as long as the platform asks', async () => {
    const busy = { code: 'x.busy', status: 429, title: 'Busy', retryable: true }
    const net = platform(() =>
      json(busy, {
        status: 429,
        headers: { 'retry-after': '7' },
        type: 'application/problem+json',
      }),
    )
    const { states } = follow(net)
    await settle()
    expect(states.at(-1)).toEqual(['lost', 7_000])
  })

  test('a connection on which nothing comes, not even a comment, is given up', async () => {
    const net = platform()
    const { states } = follow(net)
    await vi.advanceTimersByTimeAsync(SILENCE_MS_MAX - 1)
    net.taken[0]?.send(': ping\n\n')
    await vi.advanceTimersByTimeAsync(SILENCE_MS_MAX - 1)
    expect(states.at(-1)?.[0]).toBe('open')
    await vi.advanceTimersByTimeAsync(1)
    expect(states.at(-1)?.[0]).toBe('lost')
    expect(net.taken[0]?.isAborted()).toBe(true)
  })

  test('a connection that does not even answer is given up, too', async () => {
    const signals: AbortSignal[] = []
    const { states } = follow({
      fetch: (_input, init) =>
        new Promise((_resolve, reject) => {
          const signal = init?.signal
          if (!signal) return
          signals.push(signal)
          signal.addEventListener('abort', () => reject(signal.reason))
        }),
    })
    await vi.advanceTimersByTimeAsync(SILENCE_MS_MAX)
    expect(states.at(-1)?.[0]).toBe('lost')
    expect(signals[0]?.aborted).toBe(true)
  })
})

describe('a live stream ends', () => {
  test('quietly by the caller’s signal, also in a pause, and leaves no connection and no timer', async () => {
    const open = platform()
    const dead = platform(() => {
      throw new TypeError('fetch failed')
    })
    for (const net of [open, dead]) {
      const { done, abort, states } = follow(net)
      await settle()
      const before = states.length
      abort()
      await settle()
      expect(await done).toBe('ended')
      expect(states).toHaveLength(before)
    }
    expect(open.taken[0]?.isAborted()).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(dead.taken).toHaveLength(1)
  })

  test('before anything is sent when the signal has fired already', async () => {
    const net = platform()
    expect(await follow(net, { signal: AbortSignal.abort() }).done).toBe('ended')
    expect(net.taken).toEqual([])
  })

  test('when its reader leaves', async () => {
    const net = platform()
    const stream = followUsage(
      {
        url: 'http://control.test/',
        apiKey: undefined,
        fetch: net.fetch,
        clock: { now: () => instant(0), monotonicMs: () => 0 },
        random: () => 0,
      },
      {},
    )
    const first = stream.next()
    await settle()
    net.taken[0]?.send(usage('e1'))
    await first
    await stream.return(undefined)
    expect(net.taken[0]?.isAborted()).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('with 401 when the session ended, after what came before was read', async () => {
    const net = platform()
    const { read, done } = follow(net)
    await settle()
    net.taken[0]?.send(`${usage('e1')}event: signed_out\ndata: {}\n\n`)
    await settle()
    await expect(done).rejects.toMatchObject({ code: 'sdk.signed_out', status: 401 })
    expect(read).toEqual([item('e1')])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(net.taken).toHaveLength(1)
  })

  test.each([400, 401, 403, 404])(
    'by a refusal that waiting does not change (%i)',
    async (status) => {
      const net = platform(() =>
        json({ code: 'x.no', status, title: 'No', retryable: false }, refusal(status)),
      )
      await expect(follow(net).done).rejects.toMatchObject({ code: 'x.no', status })
      await vi.advanceTimersByTimeAsync(60_000)
      expect(net.taken).toHaveLength(1)
    },
  )

  test.each([
    ['a page instead of a stream', () => new Response('<html>', { status: 200 })],
    ['a usage event that is none', (taken: Taken) => taken.send('event: usage\ndata: {"x":\n\n')],
    ['a count that is none', (taken: Taken) => taken.send('event: dropped\ndata: {}\n\n')],
  ])('by an answer that no platform gives: %s', async (_name, answer) => {
    const net = platform((taken) => answer(taken) ?? undefined)
    const { done } = follow(net)
    await settle()
    await expect(done).rejects.toMatchObject({ code: 'sdk.not_orchestra' })
  })
})

describe('the buffer of a live stream', () => {
  test('keeps the newest, and counts what it had to drop in front of them', async () => {
    const net = platform()
    const gate = Promise.withResolvers<undefined>()
    const read: LiveItem[] = []
    const stream = followUsage(
      {
        url: 'http://control.test/',
        apiKey: undefined,
        fetch: net.fetch,
        clock: { now: () => instant(0), monotonicMs: () => 0 },
        random: () => 0,
      },
      {},
    )
    const reading = (async () => {
      for await (const next of stream) {
        read.push(next)
        if (read.length === 1) await gate.promise
        if (read.length === LIVE_ITEMS_MAX + 2) return
      }
    })()
    await settle()
    for (let n = 0; n <= LIVE_ITEMS_MAX + 5; n += 1) net.taken[0]?.send(usage(`e${n}`))
    await settle()
    gate.resolve(undefined)
    await reading
    expect(read[1]).toEqual({ kind: 'dropped', count: 5 })
    expect(read[2]).toEqual(item('e6'))
    expect(read.at(-1)).toEqual(item(`e${LIVE_ITEMS_MAX + 5}`))
  })

  test('loses no call uncounted, and no gap, whatever comes and whenever it is read', async () => {
    vi.useRealTimers()
    const event = fc.constantFrom<LiveItem>(
      item('e'),
      { kind: 'dropped', count: 2 },
      { kind: 'gap' },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ item: event, reads: fc.nat(2) }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        async (steps, itemsMax) => {
          const buffer = new LiveBuffer(itemsMax)
          const reader = buffer.read()
          const read: LiveItem[] = []
          let waiting = 0
          for (const step of steps) {
            buffer.push(step.item)
            waiting = Math.min(waiting + 1, itemsMax)
            for (let n = 0; n < step.reads && waiting > 0; n += 1, waiting -= 1) {
              const { value, done } = await reader.next()
              if (done !== true) read.push(value)
            }
          }
          buffer.end()
          for await (const rest of reader) read.push(rest)
          const count = (items: readonly LiveItem[]): number =>
            items.reduce(
              (sum, { kind, ...more }) =>
                sum + (kind === 'usage' ? 1 : 'count' in more ? more.count : 0),
              0,
            )
          const sent = steps.map((step) => step.item)
          expect(count(read)).toBe(count(sent))
          const hasGap = (items: readonly LiveItem[]): boolean =>
            items.some(({ kind }) => kind === 'gap')
          expect(hasGap(read)).toBe(hasGap(sent))
          expect(read.length).toBeLessThanOrEqual(sent.length + 2)
        },
      ),
    )
  })
})

function refusal(status: number) {
  return { status, type: 'application/problem+json' }
}
