import { createIds, parseId, systemClock } from '@mcp-orchestra/kernel'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'
import { postgresUsageStore } from '../adapters/postgres-usage-store.ts'
import { RESUME_EVENTS_MAX, STREAMS_PER_ORGANIZATION_MAX } from '../live/live-usage.ts'
import { QUEUE_EVENTS_MAX } from '../live/subscription.ts'
import { idsOf, resumeFrom, type SentEvent } from '../testing/live-reader.ts'
import { createLiveStage, type LiveStage } from '../testing/live-stage.ts'

const ids = createIds(systemClock)

let plane: TestControlPlane
let stage: LiveStage
beforeAll(async () => {
  plane = await startTestControlPlane()
}, 60_000)
afterAll(() => plane.stop())
beforeEach(async () => {
  stage = await createLiveStage(plane)
})
afterEach(() => stage.close())

describe('the live stream', () => {
  test('shows each call as the list does, with what a stream must say in its headers', async () => {
    const reader = await stage.open()
    expect(reader.answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(reader.answer.headers.get('cache-control')).toBe('no-store')
    expect(reader.answer.headers.get('x-accel-buffering')).toBe('no')
    const event = stage.call({ tool: 'line\nbreak' })
    await stage.postAll([event])
    const [sent] = await reader.take(1)
    expect(sent?.event).toBe('usage')
    expect(sent?.data).toEqual(
      await plane.json(200, 'GET', `/v1/usage/${event.id}`, { key: stage.payer.key }),
    )
  })

  test('is in the order of posting, with rising cursors', async () => {
    const reader = await stage.open()
    const batches = Array.from({ length: 5 }, () => [stage.call(), stage.call(), stage.call()])
    for (const batch of batches) await stage.postAll(batch)
    const sent = await reader.take(15)
    expect(idsOf(sent)).toEqual(batches.flat().map(({ id }) => id))
    expect(new Set(sent.map(({ id }) => id)).size).toBe(15)
  })

  test('waits for an older transaction that still runs, and loses neither', async () => {
    const reader = await stage.open()
    const first = stage.call()
    const second = stage.call()
    let commit = () => {}
    let begun = () => {}
    const held = new Promise<void>((resolve) => (commit = resolve))
    const hasBegun = new Promise<void>((resolve) => (begun = resolve))
    const older = plane.database.transactions.run(async (tx) => {
      await postgresUsageStore.add(tx, [first])
      begun()
      await held
    })
    await hasBegun
    await stage.postAll([second])
    // A stream that opens now has let the reader look, which must not have shown the younger one.
    await stage.open()
    commit()
    await older
    expect(idsOf(await reader.take(2))).toEqual([first.id, second.id])
  })

  test('shows what was posted although its announcement was lost', async () => {
    const reader = await stage.open()
    const event = stage.call()
    await stage.post([event])
    expect(idsOf(await reader.take(1))).toEqual([event.id])
  })

  test('of another organization is for operators, and takes none of its streams', async () => {
    const operator = { key: plane.operatorKey }
    const watching = await stage.open(`?organizationId=${stage.payer.id}`, operator)
    const own = await stage.open(`?organizationId=${stage.payer.id}`)
    const call = stage.call()
    await stage.postAll([call])
    expect(idsOf(await watching.take(1))).toEqual([call.id])
    expect(idsOf(await own.take(1))).toEqual([call.id])
    const stranger = await stage.found('Stranger')
    const path = `/v1/usage/live?organizationId=${stage.payer.id}`
    const refused = await plane.json(404, 'GET', path, { key: stranger.key })
    expect(refused['code']).toBe('metering.organization_not_found')
    for (let n = 1; n < STREAMS_PER_ORGANIZATION_MAX; n += 1) await stage.open()
    await stage.open(`?organizationId=${stage.payer.id}`, operator)
    const full = await plane.json(429, 'GET', path, { key: stage.payer.key })
    expect(full['code']).toBe('metering.too_many_streams')
  })

  test('is filtered by side, server, tool and outcome', async () => {
    const registered = await plane.json(201, 'POST', '/v1/servers', {
      body: {
        alias: 'live-filtered',
        organizationId: stage.payer.id,
        transport: { kind: 'http', url: 'http://127.0.0.1:9/mcp' },
      },
    })
    const own = parseId('srv', String((registered['server'] as JsonObject)['id']))
    if (own === undefined) throw new Error('no server')
    const publishing = stage.call({
      payerId: ids.make('org'),
      publisherId: stage.payer.id,
      serverId: own,
    })
    const failed = stage.call({ outcome: 'timeout' })
    const other = stage.call({ tool: 'other' })
    const posted = [publishing, failed, other]
    const shown = new Map([
      ['', posted],
      ['?side=any', posted],
      ['?side=publisher', [publishing]],
      ['?side=payer', [failed, other]],
      [`?serverId=${own}`, [publishing]],
      ['?serverId=live-filtered', [publishing]],
      ['?outcome=timeout', [failed]],
      ['?tool=other', [other]],
      ['?side=payer&outcome=complete', [other]],
    ])
    const readers = await Promise.all(
      [...shown].map(async ([query, events]) => ({ events, reader: await stage.open(query) })),
    )
    await stage.postAll(posted)
    for (const { events, reader } of readers) {
      const sent = await reader.take(events.length)
      expect(idsOf(sent)).toEqual(events.map(({ id }) => id))
    }
  })

  test('shows nobody the calls of another organization', async () => {
    const stranger = await stage.found('Stranger')
    const theirs = await stage.open('', { key: stranger.key })
    const operators = await stage.open('', { key: plane.operatorKey })
    const me = await plane.json(200, 'GET', '/v1/me')
    const operator = parseId('org', String((me['organization'] as JsonObject)['id']))
    if (operator === undefined) throw new Error('no operator')
    await stage.postAll([stage.call(), stage.call()])
    const ours = stage.call({ payerId: stranger.id })
    const operated = stage.call({ payerId: operator })
    await stage.postAll([ours, operated])
    expect(idsOf(await theirs.take(1))).toEqual([ours.id])
    expect(idsOf(await operators.take(1))).toEqual([operated.id])
    const back = await stage.open('', { key: stranger.key, ...resumeFrom('1-0') })
    expect(idsOf(await back.take(1))).toEqual([ours.id])
  })
})

describe('a stream that was interrupted', () => {
  test('goes on without loss and without a call twice', async () => {
    const before = [stage.call(), stage.call(), stage.call(), stage.call()]
    const reader = await stage.open()
    await stage.postAll(before)
    const sent = await reader.take(2)
    await reader.leave()
    const meanwhile = [stage.call(), stage.call()]
    await stage.postAll(meanwhile)
    const back = await stage.open('', resumeFrom(sent.at(-1)?.id ?? ''))
    const after = [stage.call()]
    await stage.postAll(after)
    const rest = [...before.slice(2), ...meanwhile, ...after]
    expect(idsOf(await back.take(rest.length))).toEqual(rest.map(({ id }) => id))
  })

  test('goes on from where it was opened when no call had come yet', async () => {
    const reader = await stage.open()
    const { lastEventId } = reader
    await reader.leave()
    const missed = stage.call()
    await stage.postAll([missed])
    expect(idsOf(await (await stage.open('', resumeFrom(lastEventId))).take(1))).toEqual([
      missed.id,
    ])
  })

  test('goes on under load, however often it is interrupted', async () => {
    const events = Array.from({ length: 300 }, () => stage.call())
    const posting = (async () => {
      for (let from = 0; from < events.length; from += 10) {
        // Three journals at once: transactions overlap.
        await Promise.all(
          [0, 3, 6].map((offset) =>
            stage.post(events.slice(from + offset, from + Math.min(offset + 3, 9))),
          ),
        )
        await stage.postAll(events.slice(from + 9, from + 10))
      }
    })()
    const seen: unknown[] = []
    let reader = await stage.open('', resumeFrom('1-0'))
    while (seen.length < events.length) {
      const sent = await reader.take(Math.min(7, events.length - seen.length))
      seen.push(...idsOf(sent))
      await reader.leave()
      reader = await stage.open('', resumeFrom(sent.at(-1)?.id ?? ''))
    }
    await posting
    expect(new Set(seen).size).toBe(events.length)
    expect(new Set(seen)).toEqual(new Set(events.map(({ id }) => id)))
  })

  test.each(['nonsense', '1-x', `${2n ** 64n - 1n}-1`])(
    'has a gap when it comes with no cursor of ours: %s',
    async (id) => {
      const reader = await stage.open('', resumeFrom(id))
      const [gap] = await reader.take(1)
      expect(gap?.event).toBe('gap')
      const event = stage.call()
      await stage.postAll([event])
      expect(idsOf(await reader.take(1))).toEqual([event.id])
    },
  )

  test('has a gap when it missed more than a stream gives back', async () => {
    const reader = await stage.open()
    await reader.leave()
    await stage.postAll(Array.from({ length: RESUME_EVENTS_MAX + 1 }, () => stage.call()))
    const back = await stage.open('', resumeFrom(reader.lastEventId))
    expect((await back.take(1))[0]?.event).toBe('gap')
  })

  test('has a gap when what it missed was forgotten, and none when it had seen that', async () => {
    const reader = await stage.open()
    await stage.postAll([stage.call()])
    await reader.take(1)
    await reader.leave()
    await plane.database.query({
      text: `update metering.usage_feed set posted_at = now() - interval '16 minutes'`,
    })
    expect(await plane.runJob('metering.prune_feed')).toBeGreaterThan(0)
    const late = await stage.open('', resumeFrom(reader.lastEventId))
    expect((await late.take(1))[0]?.event).toBe('gap')
    const fresh = await stage.open('', resumeFrom(late.lastEventId))
    const event = stage.call()
    await stage.postAll([event])
    expect(idsOf(await fresh.take(1))).toEqual([event.id])
  })

  test('has a gap, and no end of gaps, when the database was restored into another cluster', async () => {
    const ahead = 2n ** 40n
    await plane.database.query({
      text: `update metering.usage_feed_start set forgotten = $1::text::xid8`,
      values: [ahead.toString()],
    })
    const reader = await stage.open()
    expect((await (await stage.open('', resumeFrom(`${ahead + 1n}-1`))).take(1))[0]?.event).toBe(
      'gap',
    )
    await plane.runJob('metering.prune_feed')
    const event = stage.call()
    await stage.postAll([event])
    const back = await stage.open('', resumeFrom(reader.lastEventId))
    expect(idsOf(await back.take(1))).toEqual([event.id])
  })
})

describe('a slow reader', () => {
  test('is told how many calls it missed, where it missed them, and then goes on', async () => {
    const reader = await stage.open()
    const events = Array.from({ length: 2 * QUEUE_EVENTS_MAX }, () => stage.call())
    await stage.postAll(events)
    // Another stream has missed more than it is given back: by then all of them were offered.
    const witness = await stage.open('', resumeFrom(reader.lastEventId))
    expect((await witness.take(1))[0]?.event).toBe('gap')
    let told = 0
    let last: SentEvent | undefined
    while (told < events.length) {
      ;[last] = await reader.take(1)
      if (last?.event === 'usage') expect(idsOf([last])).toEqual([events[told]?.id])
      told += last?.event === 'dropped' ? Number((last.data as JsonObject)['count']) : 1
    }
    expect(told).toBe(events.length)
    expect(last?.event).toBe('dropped')
    const next = stage.call()
    await stage.postAll([next])
    expect(idsOf(await reader.take(1))).toEqual([next.id])
    // What was counted as dropped is not sent again to who comes back after that.
    const back = await stage.open('', resumeFrom(last?.id ?? ''))
    expect(idsOf(await back.take(1))).toEqual([next.id])
  })
})

describe('several control planes on one database', () => {
  let other: TestControlPlane
  beforeAll(async () => {
    other = await startTestControlPlane({ beside: plane })
  })
  afterAll(() => other.stop())

  test('each stream what any of them has posted, and resume where another one ended', async () => {
    const here = await stage.open()
    const there = await stage.open('', {}, other)
    const events = [stage.call(), stage.call()]
    await stage.postAll(events)
    expect(idsOf(await here.take(2))).toEqual(events.map(({ id }) => id))
    const [first] = await there.take(1)
    await here.leave()
    const moved = await stage.open('', resumeFrom(first?.id ?? ''))
    expect(idsOf(await moved.take(1))).toEqual([events[1]?.id])
  })

  test('end the streams of a key that was revoked at another one', async () => {
    const me = await plane.json(200, 'GET', '/v1/me', { key: stage.payer.key })
    const reader = await stage.open('', {}, other)
    await plane.json(200, 'DELETE', `/v1/keys/${String(me['keyId'])}`, { key: stage.payer.key })
    expect((await reader.take(1))[0]?.event).toBe('signed_out')
    expect(await reader.next()).toBeUndefined()
  })
})
