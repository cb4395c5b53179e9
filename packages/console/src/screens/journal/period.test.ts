import { expect, it } from 'vitest'
import { monthText, periodOf, recentMonths } from './period.ts'

it('offers this month first, and goes back over the turn of the year', () => {
  const months = recentMonths(Date.UTC(2026, 1, 28, 23, 59))
  expect(months.slice(0, 3)).toEqual(['2026-02', '2026-01', '2025-12'])
  expect(months).toHaveLength(13)
})

it('a month ends where the next one begins', () => {
  expect(periodOf('2026-12')).toEqual({
    from: '2026-12-01T00:00:00Z',
    to: '2027-01-01T00:00:00Z',
  })
  expect(periodOf('2026-13')).toBeUndefined()
  expect(periodOf('x')).toBeUndefined()
})

it('is told in the reader’s language', () => {
  expect(monthText('2026-11', 'de')).toBe('November 2026')
})
