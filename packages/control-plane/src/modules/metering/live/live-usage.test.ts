import { createIds, systemClock, type Id } from '@mcp-orchestra/kernel'
import { describe, expect, test } from 'vitest'
import type { UsageFilter } from '../ports.ts'
import { sampleEvent } from '../testing/sample-event.ts'
import { compareCursors } from './cursor.ts'
import type { FedEvent, UsageFeed } from './feed.ts'
import { createLiveUsage, STREAMS_MAX, STREAMS_PER_ORGANIZATION_MAX } from './live-usage.ts'
import type { LiveItem, Subscription } from './subscription.ts'

const ids = createIds(systemClock)

/** A feed in memory; each post is a transaction of its own. */
function createTestFeed() {
  const posted: FedEvent[] = []
  let reads = 0
  let announcements = 0
  const head = () => ({ transaction: BigInt(posted.length + 1), seq: 0 })
  const feed: UsageFeed = {
    head: () => Promise.resolve(head()),
    read({ after, organizations, limit }) {
      reads += 1
      const events = posted
        .filter(({ cursor }) => compareCursors(cursor, after) > 0)
        .filter(({ event }) => organizations.some((id) => id === event.payerId))
        .slice(0, limit)
      const isCut = events.length === limit
      const position = isCut ? (events.at(-1)?.cursor ?? head()) : head()
      return Promise.resolve({ events, isCut, position, isHeldBack: false, hasGap: false })
    },
    announce() {
      announcements += 1
      return Promise.resolve()
    },
    listen: () => Promise.resolve(),
    prune: () => Promise.resolve(0),
  }
  return {
    feed,
    post(payerId: Id<'org'>) {
      const cursor = { transaction: BigInt(posted.length + 1), seq: 1 }
      posted.push({ kind: 'usage', cursor, event: sampleEvent({ payerId, seq: 1 }) })
    },
    reads: () => reads,
    announcements: () => announcements,
  }
}

const filterOf = (organizationId: Id<'org'>): UsageFilter => ({
  organizationId,
  side: 'any',
  serverId: undefined,
})
const wishOf = (organizationId: Id<'org'>) => ({
  filter: filterOf(organizationId),
  after: undefined,
  check: () => Promise.resolve(),
})

async function takeUsage(subscription: Subscription, count: number): Promise<LiveItem[]> {
  const taken: LiveItem[] = []
  while (taken.length < count) {
    const items = (await subscription.take(count)) ?? []
    taken.push(...items.filter(({ kind }) => kind === 'usage'))
  }
  return taken
}

describe('live usage', () => {
  test('is read once for all streams, and not once for each of many announcements', async () => {
    const { feed, post, reads } = createTestFeed()
    let announced = () => {}
    const live = createLiveUsage({
      feed: { ...feed, listen: (wake) => Promise.resolve(void (announced = wake)) },
      onError: (error) => expect.unreachable(String(error)),
    })
    await live.start()
    const payer = ids.make('org')
    const streams = await Promise.all(
      Array.from({ length: STREAMS_PER_ORGANIZATION_MAX }, () => live.open(wishOf(payer))),
    )
    const before = reads()
    for (let call = 0; call < 200; call += 1) {
      post(payer)
      announced()
    }
    await Promise.all(streams.map((stream) => takeUsage(stream, 200)))
    expect(reads() - before).toBeLessThanOrEqual(3)
    live.close()
  })

  test('announces many posted batches at once', async () => {
    const { feed, announcements } = createTestFeed()
    const live = createLiveUsage({ feed, onError: (error) => expect.unreachable(String(error)) })
    for (let batch = 0; batch < 1_000; batch += 1) live.announce()
    await expect.poll(announcements).toBe(2)
  })

  test('carries so many streams of an organization and so many in all, and frees the place of who leaves', async () => {
    const { feed } = createTestFeed()
    const live = createLiveUsage({ feed, onError: (error) => expect.unreachable(String(error)) })
    const organizations = Array.from({ length: STREAMS_MAX / STREAMS_PER_ORGANIZATION_MAX }, () =>
      ids.make('org'),
    )
    const streams: Subscription[] = []
    for (const organization of organizations) {
      const wishes = Array.from({ length: STREAMS_PER_ORGANIZATION_MAX }, () =>
        live.open(wishOf(organization)),
      )
      await expect(live.open(wishOf(organization))).rejects.toMatchObject({
        code: 'metering.too_many_streams',
      })
      streams.push(...(await Promise.all(wishes)))
    }
    const late = wishOf(ids.make('org'))
    await expect(live.open(late)).rejects.toMatchObject({ code: 'metering.too_many_streams' })
    for (const stream of streams) live.leave(stream)
    await live.open(late)
    live.close()
    await expect(live.open(late)).rejects.toMatchObject({ code: 'metering.streams_closing' })
  })

  test('does not open when the database is away, takes no place then, and keeps who is in', async () => {
    const { feed, post } = createTestFeed()
    let isAway = false
    const errors: unknown[] = []
    const live = createLiveUsage({
      feed: {
        ...feed,
        head: () => (isAway ? Promise.reject(new Error('away')) : feed.head()),
        read: (query) => (isAway ? Promise.reject(new Error('away')) : feed.read(query)),
      },
      onError: (error) => errors.push(error),
    })
    const payer = ids.make('org')
    const stream = await live.open(wishOf(payer))
    isAway = true
    for (let attempt = 0; attempt < STREAMS_PER_ORGANIZATION_MAX; attempt += 1) {
      await expect(live.open(wishOf(payer))).rejects.toThrow('away')
    }
    expect(errors.length).toBeGreaterThan(0)
    post(payer)
    isAway = false
    await live.open(wishOf(payer))
    expect(await takeUsage(stream, 1)).toHaveLength(1)
    live.close()
    expect(await stream.take(1)).toBeUndefined()
  })

  test('tells every stream of a gap before it goes on', async () => {
    const { feed, post } = createTestFeed()
    let hasGap = false
    const live = createLiveUsage({
      feed: { ...feed, read: async (query) => ({ ...(await feed.read(query)), hasGap }) },
      onError: (error) => expect.unreachable(String(error)),
    })
    const payer = ids.make('org')
    const stream = await live.open(wishOf(payer))
    await stream.take(1)
    post(payer)
    hasGap = true
    const other = live.open(wishOf(payer))
    const items: LiveItem[] = []
    while (items.length < 2) items.push(...((await stream.take(2)) ?? []))
    expect(items.map(({ kind }) => kind)).toEqual(['gap', 'usage'])
    await other
    live.close()
  })
})
