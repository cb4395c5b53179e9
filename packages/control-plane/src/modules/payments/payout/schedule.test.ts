import { fromRfc3339, instant } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { periodStart } from './schedule.ts'

test.each([
  ['none', '2026-11-30T12:00:00Z', undefined],
  ['daily', '2026-11-30T23:59:59.999Z', '2026-11-30'],
  ['weekly', '2026-11-29T23:59:59.999Z', '2026-11-23'],
  ['weekly', '2026-11-30T00:00:00Z', '2026-11-30'],
  ['monthly', '2024-02-29T12:00:00Z', '2024-02-01'],
] as const)('%s at %s began on %s', (schedule, at, start) => {
  expect(periodStart(schedule, fromRfc3339(at))).toBe(start)
})

test('a week begins on a Monday, at most six days ago', () => {
  fc.assert(
    fc.property(fc.integer({ min: 345_600_000, max: 4_000_000_000_000 }), (ms) => {
      const start = fromRfc3339(`${periodStart('weekly', instant(ms)) ?? ''}T00:00:00Z`)
      expect(new Date(start).getUTCDay()).toBe(1)
      expect(ms - start).toBeGreaterThanOrEqual(0)
      expect(ms - start).toBeLessThan(7 * 86_400_000)
    }),
  )
})
