import { instant } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEST_VERSIONS } from '../../../infra/postgres/testing.ts'
import { startMeterBench, type MeterBench } from '../testing/meter-bench.ts'
import { AGGREGATIONS, valueKindOf, type Aggregation } from './aggregation.ts'
import { lowest, showQuantity, type Fraction } from './quantity.ts'
import { windowsOf, type Window } from './windows.ts'

const HOUR_MS = 3_600_000
const START = Date.UTC(2026, 9, 31, 20)
const HOURS = 8
const NOW = START + HOURS * HOUR_MS
const ONE = 10n ** 18n
const SUBJECTS = ['ada', 'bob', 'é:1']

type Sample = {
  readonly id: string
  readonly subject: string
  readonly at: number
  readonly quantity: bigint
}

const samples = fc.uniqueArray(
  fc.record({
    id: fc.nat({ max: 999 }).map((number) => `e${number}`),
    subject: fc.constantFrom(...SUBJECTS),
    // The edges of windows are where an event could fall into two, or none; and many at one time.
    at: fc
      .oneof(
        fc.nat({ max: HOURS * HOUR_MS - 1 }),
        fc.nat({ max: HOURS - 1 }).map((hour) => hour * HOUR_MS),
        fc.nat({ max: HOURS - 1 }).map((hour) => (hour + 1) * HOUR_MS - 1),
      )
      .map((ms) => START + ms),
    quantity: fc.oneof(fc.bigInt({ min: 0n, max: 5n * ONE }), fc.constantFrom(0n, ONE, ONE / 2n)),
  }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 25 },
)

const inOrder = (a: Sample, b: Sample): number => a.at - b.at || (a.id < b.id ? -1 : 1)

/** The eight definitions, written down a second time and without any SQL. */
function expected(
  aggregation: Aggregation,
  all: readonly Sample[],
  { from, to }: Window,
  now: number,
): Fraction | null {
  const events = all.filter(({ at }) => at >= from && at < to).toSorted(inOrder)
  const values = events.map(({ quantity }) => quantity)
  const sum = values.reduce((total, value) => total + value, 0n)
  const whole = (value: bigint | undefined) =>
    value === undefined ? null : { numerator: value, denominator: ONE }
  const ascending = values.toSorted((a, b) => (a < b ? -1 : 1))
  switch (aggregation) {
    case 'count':
      return { numerator: BigInt(events.length), denominator: 1n }
    case 'unique':
      return { numerator: BigInt(new Set(values).size), denominator: 1n }
    case 'sum':
      return { numerator: sum, denominator: ONE }
    case 'avg':
      if (events.length === 0) return null
      return { numerator: sum, denominator: ONE * BigInt(events.length) }
    case 'min':
      return whole(ascending[0])
    case 'max':
      return whole(ascending.at(-1))
    case 'latest':
      return whole(values.at(-1))
    case 'weighted':
      return averageLevel(all, { from, to }, now)
  }
}

function averageLevel(all: readonly Sample[], { from, to }: Window, now: number): Fraction | null {
  let levelMs = 0n
  for (const subject of SUBJECTS) {
    const own = all.filter((event) => event.subject === subject).toSorted(inOrder)
    for (const [index, { at, quantity }] of own.entries()) {
      const until = Math.min(own[index + 1]?.at ?? now, now, to)
      levelMs += quantity * BigInt(Math.max(0, until - Math.max(at, from)))
    }
  }
  const passed = Math.max(0, Math.min(to, now) - from)
  return passed === 0 ? null : { numerator: levelMs, denominator: ONE * BigInt(passed) }
}

const read = (fraction: { numerator: bigint; denominator: bigint } | null) =>
  fraction === null ? null : lowest(fraction)

describe.each(TEST_VERSIONS)('meters on PostgreSQL %i', (version) => {
  let bench: MeterBench
  beforeAll(async () => {
    bench = await startMeterBench(version)
  }, 60_000)
  afterAll(() => bench.stop())

  test.each(AGGREGATIONS)(
    '%s is what its definition says, in whatever order and batches events come, and however often',
    async (aggregation) => {
      await fc.assert(
        fc.asyncProperty(
          samples,
          fc.array(fc.nat({ max: 24 }), { maxLength: 10 }),
          fc.constantFrom('hour' as const, 'day' as const, 'month' as const, 'total' as const),
          fc.integer({ min: 1, max: 7 }),
          async (events, again, window, batch) => {
            bench.setNow(NOW)
            const principal = bench.stranger()
            const meter = { key: 'm', name: 'm', unit: 'unit', aggregation }
            await bench.meters.define(principal, meter)
            const sent = [...events, ...again.flatMap((place) => events[place] ?? [])]
            let accepted = 0
            for (let from = 0; from < sent.length; from += batch) {
              const part = sent.slice(from, from + batch).map(({ id, subject, at, quantity }) => ({
                id,
                meter: 'm',
                subject,
                at: instant(at),
                value: valueKindOf(aggregation) === 'none' ? undefined : showQuantity(quantity),
              }))
              accepted += (await bench.meters.track(principal, part)).accepted
            }
            expect(accepted).toBe(events.length)

            const period = { from: instant(START), to: instant(NOW), knownAt: undefined }
            const usage = await bench.meters.usage(principal.organizationId, 'm', {
              ...period,
              window,
              subject: undefined,
            })
            expect(usage.windows.map(({ from, to }) => ({ from, to }))).toEqual(
              windowsOf(period, window),
            )
            for (const one of usage.windows) {
              const wanted = read(expected(aggregation, events, one, NOW))
              expect(one.measure?.exact ?? null).toEqual(wanted)
            }
            const subjects = await bench.meters.subjects(principal.organizationId, 'm', {
              ...period,
              after: undefined,
              limit: 10,
            })
            for (const { subject, measure } of subjects) {
              const own = events.filter((event) => event.subject === subject)
              expect(measure?.exact ?? null).toEqual(read(expected(aggregation, own, period, NOW)))
            }
            const named = subjects.map(({ subject }) => subject)
            expect(named.toSorted()).toEqual(
              [...new Set(events.map(({ subject }) => subject))].toSorted(),
            )
          },
        ),
        { numRuns: 12 },
      )
    },
    60_000,
  )

  test('a level goes on from before the period, and into a window that is not over', async () => {
    const principal = bench.stranger()
    bench.setNow(START + 90 * 60_000)
    await bench.meters.define(principal, {
      key: 'gb',
      name: 'gb',
      unit: 'GB',
      aggregation: 'weighted',
    })
    const event = { id: 'a', meter: 'gb', subject: 'ada', value: '3' }
    await bench.meters.track(principal, [{ ...event, at: instant(START - HOUR_MS) }])
    const query = { window: 'hour', subject: undefined, knownAt: undefined } as const
    const { windows } = await bench.meters.usage(principal.organizationId, 'gb', {
      ...query,
      from: instant(START),
      to: instant(START + 3 * HOUR_MS),
    })
    expect(windows.map(({ measure, events }) => [measure?.value, events])).toEqual([
      ['3', 0n],
      ['3', 0n],
      [undefined, 0n],
    ])
  })

  test('what came late is counted in its window and marked, and what was known before can be asked', async () => {
    const principal = bench.stranger()
    await bench.meters.define(principal, {
      key: 'pages',
      name: 'pages',
      unit: 'page',
      aggregation: 'sum',
    })
    const event = { meter: 'pages', subject: 'ada', at: instant(START), value: '1' }
    bench.setNow(START + 1)
    await bench.meters.track(principal, [{ ...event, id: 'in time' }])
    bench.setNow(START + 2 * HOUR_MS)
    await bench.meters.track(principal, [{ ...event, id: 'late', value: '5' }])
    const asked = { from: instant(START), to: instant(START + HOUR_MS) }
    const usage = (knownAt: number | undefined) =>
      bench.meters.usage(principal.organizationId, 'pages', {
        ...asked,
        window: 'hour',
        subject: undefined,
        knownAt: knownAt === undefined ? undefined : instant(knownAt),
      })
    expect((await usage(undefined)).windows).toMatchObject([
      { measure: { value: '6' }, events: 2n, lateEvents: 1n },
    ])
    expect((await usage(START + HOUR_MS)).windows).toMatchObject([
      { measure: { value: '1' }, events: 1n, lateEvents: 0n },
    ])
  })
})
