import { fromRfc3339, toRfc3339 } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WINDOW_SIZES, windowsOf, WINDOWS_MAX } from './windows.ts'

const at = (text: string) => fromRfc3339(`${text}Z`)
const shown = (from: string, to: string, size: (typeof WINDOW_SIZES)[number]) =>
  windowsOf({ from: at(from), to: at(to) }, size).map(({ from, to }) => [
    toRfc3339(from).slice(0, 13),
    toRfc3339(to).slice(0, 13),
  ])

test('windows are whole, by UTC', () => {
  expect(shown('2026-02-28T23:59:59', '2026-03-01T00:00:01', 'hour')).toEqual([
    ['2026-02-28T23', '2026-03-01T00'],
    ['2026-03-01T00', '2026-03-01T01'],
  ])
  expect(shown('2024-02-28T12:00:00', '2024-03-01T00:00:00', 'day')).toEqual([
    ['2024-02-28T00', '2024-02-29T00'],
    ['2024-02-29T00', '2024-03-01T00'],
  ])
  expect(shown('2025-12-31T12:00:00', '2026-01-01T00:00:01', 'month')).toEqual([
    ['2025-12-01T00', '2026-01-01T00'],
    ['2026-01-01T00', '2026-02-01T00'],
  ])
  expect(shown('2026-01-01T00:00:00', '2026-01-02T00:00:00', 'total')).toHaveLength(1)
})

test('they cover the period, one after the other', () => {
  const moment = fc.integer({ min: 0, max: 4_102_444_800_000 })
  fc.assert(
    fc.property(
      moment,
      fc.integer({ min: 1, max: 900 * 3_600_000 }),
      fc.constantFrom(...WINDOW_SIZES),
      (start, length, size) => {
        const period = { from: start as never, to: (start + length) as never }
        const windows = windowsOf(period, size)
        expect(windows[0]?.from).toBeLessThanOrEqual(start)
        expect(windows.at(-1)?.to).toBeGreaterThanOrEqual(start + length)
        for (const [index, { from, to }] of windows.entries()) {
          expect(from).toBeLessThan(to)
          if (index > 0) expect(from).toBe(windows[index - 1]?.to)
        }
      },
    ),
  )
})

test('a period that ends before it begins, or has too many windows, is refused', () => {
  const refused = { code: 'metering.period_invalid' }
  const period = { from: at('2026-01-01T00:00:00'), to: at('2026-03-01T00:00:00') }
  expect(() => windowsOf({ from: period.to, to: period.from }, 'day')).toThrow(
    expect.objectContaining(refused),
  )
  expect(() => windowsOf({ from: period.to, to: period.to }, 'total')).toThrow(
    expect.objectContaining(refused),
  )
  expect(() => windowsOf(period, 'hour')).toThrow(expect.objectContaining(refused))
  const most = { from: period.from, to: (period.from + WINDOWS_MAX * 3_600_000) as never }
  expect(windowsOf(most, 'hour')).toHaveLength(WINDOWS_MAX)
})
