import { expect, test } from 'vitest'
import { judge, verdictOf } from './bound.ts'

const atLeast = { name: 'rate', kind: 'at least', limit: 0.25 } as const
const atMost = { name: 'time', kind: 'at most', limit: 0.3, unit: ' ms' } as const

test('a bound is met at its limit, and not beyond', () => {
  expect(verdictOf(judge(atLeast, 0.25))).toBe('met')
  expect(verdictOf(judge(atLeast, 0.2499))).toBe('NOT MET')
  expect(verdictOf(judge(atMost, 0.3))).toBe('met')
  expect(verdictOf(judge(atMost, 0.301))).toBe('NOT MET')
})

test('what was not measured is neither met nor missed', () => {
  for (const value of [undefined, NaN, Infinity]) {
    expect(verdictOf(judge(atMost, value))).toBe('not measured')
  }
})
