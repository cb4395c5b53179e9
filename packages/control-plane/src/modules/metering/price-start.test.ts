import { flatTariff, instant, isTariffRise, rate, type Tariff } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { earliestStart, tariffInForce, type PriceHistory, type PriceStep } from './price-start.ts'

const STALE_MS = 60_000
const NOTICE_MS = 300_000
const AT = instant(1_000_000)
const UNANNOUNCED = { maxStaleMs: STALE_MS, noticeMs: 0 }
const ANNOUNCED = { maxStaleMs: STALE_MS, noticeMs: NOTICE_MS }

const own = (...steps: readonly [amount: bigint, startsAt: number][]): PriceHistory => ({
  own: steps.map(([amount, startsAt], index) => ({
    version: index + 1,
    tariff: flatTariff(amount),
    startsAt: instant(startsAt),
  })),
  fallback: [],
})

/** Versions as they could have been published before AT: numbered, each with its start. */
const history = fc
  .array(
    fc.record({
      amount: fc.bigInt(0n, 5n),
      start: fc.integer({ min: 800_000, max: 1_500_000 }),
      isFallback: fc.boolean(),
    }),
    { maxLength: 6 },
  )
  .map((steps): PriceHistory => {
    const all = steps.map(({ amount, start, isFallback }, index) => ({
      isFallback,
      step: { version: index + 1, tariff: flatTariff(amount), startsAt: instant(start) },
    }))
    return {
      own: all.filter((one) => !one.isFallback).map(({ step }): PriceStep => step),
      fallback: all.filter((one) => one.isFallback).map(({ step }): PriceStep => step),
    }
  })

const isNew = ({ own: mine, fallback }: PriceHistory) => mine.length + fallback.length === 0
const amountOf = (tariff: Tariff | undefined) => tariff?.maximum ?? 0n

describe('the earliest start of a price version', () => {
  test('the first price of a tool may start at once', () => {
    expect(earliestStart(own(), flatTariff(5n), AT, ANNOUNCED)).toBe(AT)
  })

  test('a rise waits until no gateway can be without it', () => {
    expect(earliestStart(own([2n, 0]), flatTariff(3n), AT, UNANNOUNCED)).toBe(AT + STALE_MS)
  })

  test('a rise of a price in force waits as long as it has to be announced', () => {
    expect(earliestStart(own([2n, 0]), flatTariff(3n), AT, ANNOUNCED)).toBe(AT + NOTICE_MS)
  })

  test('a price that was made free for a moment is not a first price', () => {
    const freed = own([5n, 0], [0n, AT - 1])
    expect(earliestStart(freed, flatTariff(9n), AT, ANNOUNCED)).toBe(AT + NOTICE_MS)
  })

  test('a price that nobody could have paid yet is corrected without a notice', () => {
    const soon = own([2n, AT + STALE_MS])
    expect(earliestStart(soon, flatTariff(3n), AT, ANNOUNCED)).toBe(AT + STALE_MS)
  })

  test('a fall, or the same again, may start at once', () => {
    expect(earliestStart(own([2n, 0]), flatTariff(1n), AT, ANNOUNCED)).toBe(AT)
    expect(earliestStart(own([2n, 0]), flatTariff(2n), AT, ANNOUNCED)).toBe(AT)
  })

  test('a rise over a price that has yet to start waits as well', () => {
    const before = own([5n, 0], [1n, AT + 1_000])
    expect(earliestStart(before, flatTariff(3n), AT, UNANNOUNCED)).toBe(AT + STALE_MS)
  })

  test('the first price of a tool that the server’s default prices is measured against that', () => {
    const before = { own: [], fallback: own([2n, 0]).own }
    expect(earliestStart(before, flatTariff(3n), AT, ANNOUNCED)).toBe(AT + NOTICE_MS)
    expect(earliestStart(before, flatTariff(1n), AT, ANNOUNCED)).toBe(AT)
  })

  test('a metered price is a rise when some call could cost more', () => {
    const metered = (perToken: bigint, maximum: bigint): Tariff => ({
      components: [{ meter: 'output_token', form: { form: 'unit', rate: rate(perToken) } }],
      maximum,
    })
    const before = {
      own: [{ version: 1, tariff: metered(2n, 100n), startsAt: instant(0) }],
      fallback: [],
    }
    expect(earliestStart(before, metered(1n, 100n), AT, ANNOUNCED)).toBe(AT)
    expect(earliestStart(before, metered(3n, 100n), AT, ANNOUNCED)).toBe(AT + NOTICE_MS)
    expect(earliestStart(before, metered(2n, 101n), AT, ANNOUNCED)).toBe(AT + NOTICE_MS)
    expect(earliestStart(before, flatTariff(1n), AT, ANNOUNCED)).toBe(AT + NOTICE_MS)
  })

  test('whatever the history: nobody who is at most max stale behind is charged more than they could know', () => {
    fc.assert(
      fc.property(history, fc.bigInt(0n, 5n), fc.boolean(), (earlier, amount, isAnnounced) => {
        const notice = isAnnounced ? ANNOUNCED : UNANNOUNCED
        const tariff = flatTariff(amount)
        const startsAt = earliestStart(earlier, tariff, AT, notice)
        const next = { version: 100, tariff, startsAt }
        // A gateway without the new version serves until max stale after publication.
        for (let at = AT; at < AT + STALE_MS; at = instant(at + 1_000)) {
          const known = tariffInForce(earlier, at)
          const charged = tariffInForce({ ...earlier, own: [...earlier.own, next] }, at)
          if (!isNew(earlier)) expect(amountOf(charged)).toBeLessThanOrEqual(amountOf(known))
        }
        expect([AT, AT + STALE_MS, AT + NOTICE_MS]).toContain(startsAt)
      }),
    )
  })

  test('whatever the history: what is in force is never dearer before the notice is over', () => {
    fc.assert(
      fc.property(history, fc.bigInt(0n, 5n), (earlier, amount) => {
        const steps = [...earlier.own, ...earlier.fallback]
        fc.pre(steps.some((step) => step.startsAt <= AT))
        const tariff = flatTariff(amount)
        const startsAt = earliestStart(earlier, tariff, AT, ANNOUNCED)
        for (let at = startsAt; at < AT + NOTICE_MS; at = instant(at + 1_000)) {
          expect(isTariffRise(tariffInForce(earlier, at) ?? flatTariff(0n), tariff)).toBe(false)
        }
      }),
    )
  })

  test('whatever the history: the highest own version whose start has come is in force, else the default', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const begun = ({ startsAt }: PriceStep) => startsAt <= AT
        const expected = steps.own.findLast(begun) ?? steps.fallback.findLast(begun)
        expect(tariffInForce(steps, AT)).toBe(expected?.tariff)
      }),
    )
  })
})
