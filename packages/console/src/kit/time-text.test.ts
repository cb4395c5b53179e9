import { expect, test } from 'vitest'
import { relativeText } from './time-text.ts'

const SECOND = 1_000
const DAY = 86_400 * SECOND

test.each([
  [0, 'now'],
  [-59 * SECOND, '59 seconds ago'],
  [61 * SECOND, 'in 1 minute'],
  [-90 * 60 * SECOND, '1 hour ago'],
  [23.9 * 3_600 * SECOND, 'in 23 hours'],
  [89.9 * DAY, 'in 89 days'],
  [-729 * DAY, '729 days ago'],
  [731 * DAY, 'in 2 years'],
  [3_652 * DAY, 'in 10 years'],
])('a moment %i ms away is told in its largest whole unit: %s', (distance, text) => {
  expect(relativeText(1_000_000 + distance, 1_000_000, 'en')).toBe(text)
})
