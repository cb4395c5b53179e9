import type { UsageEvent } from '@mcp-orchestra/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  EMPTY_FEED,
  FEED_CALLS_MAX,
  FEED_WAITING_MAX,
  reduceFeed,
  type CallFeed,
  type CallPage,
} from './call-feed.ts'
import { callAt } from './testing.ts'

const PAGE_ITEMS = 5

/** The platform: what was called, oldest first, and a stream that may lose what it was given. */
class Platform {
  readonly calls: UsageEvent[] = []
  /** A page that was asked for and has not been answered. */
  asked: { page: CallPage; tears: number } | undefined

  happen(count: number): UsageEvent[] {
    const from = this.calls.length
    for (let n = 0; n < count; n += 1) this.calls.push(callAt(from + n))
    return this.calls.slice(from)
  }

  page(cursor?: string): CallPage {
    const older = this.calls.toReversed().filter(({ id }) => cursor === undefined || id < cursor)
    const items = older.slice(0, PAGE_ITEMS)
    const last = items.at(-1)
    return { items, nextCursor: older.length > PAGE_ITEMS && last !== undefined ? last.id : null }
  }
}

const ids = (feed: CallFeed): string[] => feed.calls.map(({ id }) => id)

const step = fc.oneof(
  fc.record({ do: fc.constant('call' as const), count: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ do: fc.constant('repeat' as const), count: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ do: fc.constant('lose' as const), count: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ do: fc.constant('reconnect' as const), missed: fc.integer({ min: 0, max: 12 }) }),
  fc.record({ do: fc.constant('older' as const) }),
  fc.record({ do: fc.constant('stale older' as const), at: fc.nat(40) }),
  fc.record({ do: fc.constant('newest' as const) }),
  fc.record({ do: fc.constant('ask' as const) }),
  fc.record({ do: fc.constant('answer' as const) }),
  fc.record({ do: fc.constant('pause' as const) }),
  fc.record({ do: fc.constant('resume' as const) }),
)

describe('a view of calls', () => {
  it('shows each call once, newest first and without a hole, whatever the order of pages, events, drops and reconnects', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.array(step, { maxLength: 60, size: 'max' }), (before, steps) => {
        const platform = new Platform()
        platform.happen(before)
        let feed = reduceFeed(EMPTY_FEED, { kind: 'gap' })
        let ordered = true
        for (const one of steps) {
          feed = take(platform, feed, one)
          // One comparison a run: an assertion a step would take most of the time.
          ordered &&= feed.calls.every((call, n) => call.id > (feed.calls[n + 1]?.id ?? ''))
        }
        expect(ordered).toBe(true)
        feed = reduceFeed(feed, { kind: 'resume' })
        if (feed.holeAbove !== undefined) {
          feed = reduceFeed(feed, { kind: 'newest', page: platform.page(), tears: feed.tears })
        }
        const whole = platform.calls.toReversed().map(({ id }) => id)
        expect(feed.holeAbove).toBeUndefined()
        expect(ids(feed)).toEqual(whole.slice(0, feed.calls.length))
        if (feed.olderCursor === null) expect(feed.calls).toHaveLength(whole.length)
        else expect(feed.calls.length).toBeGreaterThanOrEqual(Math.min(PAGE_ITEMS, whole.length))
      }),
      { numRuns: 700 },
    )
  })

  it('does not move while it is paused, and counts what waits', () => {
    const platform = new Platform()
    platform.happen(3)
    let feed = reduceFeed(EMPTY_FEED, { kind: 'newest', page: platform.page(), tears: 0 })
    feed = reduceFeed(feed, { kind: 'pause' })
    const before = feed.calls
    feed = reduceFeed(feed, { kind: 'live', events: platform.happen(4) })
    feed = reduceFeed(feed, { kind: 'newest', page: platform.page(), tears: feed.tears })
    expect(feed.calls).toBe(before)
    expect(feed.waiting).toHaveLength(4)
    expect(reduceFeed(feed, { kind: 'resume' }).calls).toHaveLength(7)
  })

  it('bounds what waits, counts the rest, and asks for the list again on resume', () => {
    const platform = new Platform()
    platform.happen(3)
    let feed = reduceFeed(EMPTY_FEED, { kind: 'newest', page: platform.page(), tears: 0 })
    feed = reduceFeed(feed, { kind: 'pause' })
    feed = reduceFeed(feed, { kind: 'live', events: platform.happen(FEED_WAITING_MAX + 7) })
    expect(feed.waiting).toHaveLength(FEED_WAITING_MAX)
    expect(feed.overflowed).toBe(7)
    feed = reduceFeed(feed, { kind: 'resume' })
    expect(feed.holeAbove).toBe(platform.calls[2]?.id)
    feed = reduceFeed(feed, { kind: 'newest', page: platform.page(), tears: feed.tears })
    const newest = platform.calls.toReversed().map(({ id }) => id)
    expect(ids(feed)).toEqual(newest.slice(0, PAGE_ITEMS))
  })

  it('lets the oldest calls go above the bound, and says so', () => {
    const platform = new Platform()
    let feed = reduceFeed(EMPTY_FEED, { kind: 'newest', page: platform.page(), tears: 0 })
    feed = reduceFeed(feed, { kind: 'live', events: platform.happen(FEED_CALLS_MAX + 1) })
    expect(feed.calls).toHaveLength(FEED_CALLS_MAX)
    expect(feed.full).toBe(true)
    expect(feed.calls.at(-1)?.id).toBe(platform.calls[1]?.id)
  })

  it('a late call that sorts below what is shown comes with the older page, not before', () => {
    const platform = new Platform()
    platform.happen(20)
    const late = platform.calls[2]
    let feed = reduceFeed(EMPTY_FEED, { kind: 'newest', page: platform.page(), tears: 0 })
    feed = reduceFeed(feed, { kind: 'live', events: late === undefined ? [] : [late] })
    expect(feed.calls).toHaveLength(PAGE_ITEMS)
  })
})

function take(
  platform: Platform,
  feed: CallFeed,
  one: typeof step extends fc.Arbitrary<infer S> ? S : never,
): CallFeed {
  switch (one.do) {
    case 'call':
      return reduceFeed(feed, { kind: 'live', events: platform.happen(one.count) })
    case 'repeat':
      return reduceFeed(feed, { kind: 'live', events: platform.calls.slice(-one.count) })
    case 'lose':
      platform.happen(one.count)
      return reduceFeed(feed, { kind: 'dropped', count: one.count })
    case 'reconnect':
      platform.happen(one.missed)
      return reduceFeed(feed, { kind: 'gap' })
    case 'older':
    case 'stale older': {
      const cursor = one.do === 'older' ? feed.olderCursor : platform.calls[one.at]?.id
      if (cursor === undefined || cursor === null) return feed
      return reduceFeed(feed, { kind: 'older', cursor, page: platform.page(cursor) })
    }
    case 'newest':
      return reduceFeed(feed, { kind: 'newest', page: platform.page(), tears: feed.tears })
    case 'ask':
      platform.asked = { page: platform.page(), tears: feed.tears }
      return feed
    case 'answer': {
      const asked = platform.asked
      platform.asked = undefined
      return asked === undefined ? feed : reduceFeed(feed, { kind: 'newest', ...asked })
    }
    case 'pause':
    case 'resume':
      return reduceFeed(feed, { kind: one.do })
  }
}
