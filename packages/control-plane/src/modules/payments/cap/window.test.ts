import { fromRfc3339, instant, toRfc3339 } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { windowAt, type CapPeriod } from './window.ts'

const PERIODS: CapPeriod[] = ['hour', 'day', 'month', 'total']
const AT = fromRfc3339('2028-02-29T23:59:59.999Z')

describe('the window of a cap', () => {
  test.each([
    ['hour', '2028-02-29T23:00:00.000Z', '2028-03-01T00:00:00.000Z'],
    ['day', '2028-02-29T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
    ['month', '2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
  ] as const)('a %s in UTC has a start and an end', (period, start, end) => {
    const { startsAt, endsAt } = windowAt(period, AT)
    expect(toRfc3339(startsAt)).toBe(start)
    expect(endsAt === null ? null : toRfc3339(endsAt)).toBe(end)
  })

  test('december is followed by january', () => {
    const { endsAt } = windowAt('month', fromRfc3339('2026-12-31T12:00:00Z'))
    expect(endsAt).toBe(fromRfc3339('2027-01-01T00:00:00Z'))
  })

  test('total never ends', () => {
    expect(windowAt('total', AT)).toEqual({ startsAt: 0, endsAt: null })
  })

  test('every moment lies in exactly one window, and the next one starts where it ends', () => {
    const moments = fc.integer({ min: 0, max: 4_000_000_000_000 })
    fc.assert(
      fc.property(fc.constantFrom(...PERIODS), moments, (period, ms) => {
        const window = windowAt(period, instant(ms))
        expect(window.startsAt).toBeLessThanOrEqual(ms)
        if (window.endsAt === null) return
        expect(window.endsAt).toBeGreaterThan(ms)
        expect(windowAt(period, window.startsAt)).toEqual(window)
        expect(windowAt(period, instant(window.endsAt - 1))).toEqual(window)
        expect(windowAt(period, window.endsAt).startsAt).toBe(window.endsAt)
      }),
    )
  })
})
