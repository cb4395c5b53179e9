import { instant } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startMeterBench, type MeterBench } from '../testing/meter-bench.ts'
import { METERS_MAX } from './define-meter.ts'

let bench: MeterBench
beforeAll(async () => {
  bench = await startMeterBench(18)
}, 60_000)
afterAll(() => bench.stop())

const AT = instant(Date.UTC(2026, 10, 1))
const defined = { name: 'm', unit: 'unit', aggregation: 'sum' } as const

test('an event that many report at once, in batches of any order, counts once', async () => {
  bench.setNow(AT + 1)
  const principal = bench.stranger()
  await bench.meters.define(principal, { ...defined, key: 'm' })
  const events = Array.from({ length: 40 }, (_, index) => ({
    id: `e${index}`,
    meter: 'm',
    subject: 's',
    at: AT,
    value: '1',
  }))
  const batches = Array.from({ length: 12 }, (_, index) =>
    index % 2 === 0 ? events.slice(index) : events.toReversed().slice(index),
  )
  const tracked = await Promise.all(batches.map((batch) => bench.meters.track(principal, batch)))
  expect(tracked.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(40)
  const { windows } = await bench.meters.usage(principal.organizationId, 'm', {
    from: AT,
    to: instant(AT + 1),
    window: 'total',
    subject: undefined,
    knownAt: undefined,
  })
  expect(windows).toMatchObject([{ measure: { value: '40' }, events: 40n }])
})

test('of two different events under one id at once, one is written and the other refused', async () => {
  const principal = bench.stranger()
  await bench.meters.define(principal, { ...defined, key: 'm' })
  const event = { id: 'e', meter: 'm', subject: 's', at: AT }
  const ended = await Promise.allSettled(
    ['1', '2', '3', '4'].map((value) => bench.meters.track(principal, [{ ...event, value }])),
  )
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const one of ended) {
    if (one.status === 'rejected') {
      expect(one.reason).toMatchObject({ code: 'metering.event_conflict' })
    }
  }
})

test('meters that are defined at once are never more than may be, and a key is taken once', async () => {
  const principal = bench.stranger()
  for (let index = 0; index < METERS_MAX - 1; index += 1) {
    await bench.meters.define(principal, { ...defined, key: `m${index}` })
  }
  const ended = await Promise.allSettled(
    ['a', 'a', 'b', 'c'].map((key) => bench.meters.define(principal, { ...defined, key })),
  )
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})
