import { assetId, instant, rate, type Rate } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exactOf } from './exact-rate.ts'
import { FUTURE_MS_MAX, judgeReadings, type Answered } from './judge-readings.ts'
import type { HttpRate } from './source.ts'

const NOW = instant(1_795_350_600_000)
const HEARTBEAT_MS = 60_000
const DETAIL: HttpRate = {
  kind: 'http',
  url: 'https://a',
  pricePointer: '/p',
  updatedAtPointer: '/t',
}

type Said = {
  readonly rank?: number
  readonly ageMs?: number
  readonly stablecoin?: boolean
  readonly heartbeatMs?: number
}

function said(name: string, price: Rate | string, more: Said = {}): Answered {
  const usdPerWhole = typeof price === 'string' ? exactOf(price) : price
  if (usdPerWhole === undefined) throw new Error(`not a price: ${JSON.stringify(price)}`)
  const { rank = 0, ageMs = 0, stablecoin = false, heartbeatMs = HEARTBEAT_MS } = more
  const asset = { id: assetId('tok'), scale: 6, stablecoin }
  return {
    source: { name, asset, rank, heartbeatMs, detail: DETAIL, changedAt: NOW },
    answer: { kind: 'read', reading: { usdPerWhole, updatedAt: instant(NOW - ageMs) } },
  }
}

function silent(name: string): Answered {
  return { ...said(name, '1'), answer: { kind: 'failed', reason: 'it did not answer' } }
}

const by = (...answers: Answered[]) => judgeReadings(answers, NOW).source.name
const refusal = (...answers: Answered[]) => {
  try {
    return by(...answers)
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

describe('the rate to quote by', () => {
  test('is that of the lowest rank, whatever the order of answers', () => {
    const [first, second] = [said('a', '1', { rank: 2 }), said('b', '1.01', { rank: 1 })]
    expect([by(first, second), by(second, first)]).toEqual(['b', 'b'])
  })

  test('falls back when the first is silent, and refuses when none is left', () => {
    expect(by(silent('a'), said('b', '1', { rank: 1 }))).toBe('b')
    expect(refusal(silent('a'), silent('b'))).toBe('payments.quote_unavailable')
    expect(refusal()).toBe('payments.quote_unavailable')
  })

  test('is fresh by the heartbeat of its own source, to the millisecond', () => {
    expect(by(said('a', '1', { ageMs: HEARTBEAT_MS }))).toBe('a')
    expect(refusal(said('a', '1', { ageMs: HEARTBEAT_MS + 1 }))).toBe('payments.quote_unavailable')
    const slow = said('slow', '1', { ageMs: 3_600_000, heartbeatMs: 3_600_000, rank: 1 })
    expect(by(said('a', '1', { ageMs: 3_600_000 }), slow)).toBe('slow')
  })

  test('is not of the future, beyond what two clocks may differ', () => {
    expect(by(said('a', '1', { ageMs: -FUTURE_MS_MAX }))).toBe('a')
    expect(refusal(said('a', '1', { ageMs: -FUTURE_MS_MAX - 1 }))).toBe(
      'payments.quote_unavailable',
    )
  })

  test.each([
    ['zero', rate(0n)],
    ['negative', { numerator: -1n, denominator: 1n }],
    ['beyond a trillion USD', rate(10n ** 12n + 1n)],
    ['below a trillionth', rate(1n, 10n ** 12n + 1n)],
  ])('is never %s', (_, price) => {
    expect(refusal(said('a', price))).toBe('payments.quote_unavailable')
    expect(by(said('a', price), said('b', '5', { rank: 1 }))).toBe('b')
  })

  test('a refusal names each source and what is wrong with it', () => {
    const stale = said('old', '1', { ageMs: HEARTBEAT_MS * 2 })
    expect(() => by(silent('away'), stale)).toThrow(
      expect.objectContaining({
        members: { sources: ['away: it did not answer', 'old: the price is stale'] },
      }) as Error,
    )
  })
})

describe('sources that disagree', () => {
  test('by 2 % are quoted by, by more are not; a stale one has no say', () => {
    const first = said('a', '100')
    expect(by(first, said('b', '102', { rank: 1 }))).toBe('a')
    expect(by(first, said('b', '98', { rank: 1 }))).toBe('a')
    expect(refusal(first, said('b', '102.000000000000000001', { rank: 1 }))).toBe(
      'payments.quote_deviation',
    )
    expect(refusal(first, said('b', '97.99', { rank: 1 }))).toBe('payments.quote_deviation')
    expect(by(first, said('b', '50', { rank: 1, ageMs: HEARTBEAT_MS + 1 }))).toBe('a')
  })

  test('never lead to a rate that a fresh source is more than 2 % away from', () => {
    const price = fc.integer({ min: 90, max: 110 }).map((cents) => rate(BigInt(cents), 100n))
    fc.assert(
      fc.property(fc.array(price, { minLength: 1, maxLength: 5 }), (prices) => {
        const answers = prices.map((one, rank) => said(`s${rank}`, one, { rank }))
        const [first = rate(1n)] = prices
        const agree = prices.every((one) => {
          const [a, b] = [first.numerator, one.numerator]
          return (a > b ? a - b : b - a) * 100n <= 2n * a
        })
        expect(refusal(...answers)).toBe(agree ? 's0' : 'payments.quote_deviation')
      }),
    )
  })
})

describe('a stablecoin', () => {
  const stable = { stablecoin: true }

  test('is quoted within 1 % of one USD and not beyond', () => {
    expect(by(said('a', '0.99', stable))).toBe('a')
    expect(by(said('a', '1.01', stable))).toBe('a')
    for (const price of ['0.989999999999999999', '1.010000000000000001'])
      expect(refusal(said('a', price, stable))).toBe('payments.quote_depegged')
  })

  test('is stopped by any fresh source that says so', () => {
    const second = said('b', '0.985', { ...stable, rank: 1 })
    expect(refusal(said('a', '1', stable), second)).toBe('payments.quote_depegged')
  })

  test('only a stablecoin is held to a peg', () => {
    expect(by(said('a', '3000'))).toBe('a')
  })
})
