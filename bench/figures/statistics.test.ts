import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { median, percentile, spread } from './statistics.ts'

const numbers = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1 })

test('the median has as many values above it as below', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  fc.assert(
    fc.property(numbers, (values) => {
      const middle = median(values)
      const below = values.filter((value) => value < middle).length
      const above = values.filter((value) => value > middle).length
      expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2)
    }),
  )
})

test('a percentile is one of the values, and its share of them does not exceed it', () => {
  expect(percentile([5, 1, 4, 2, 3], 0.5)).toBe(3)
  expect(percentile([1], 0.99)).toBe(1)
  fc.assert(
    fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
      const value = percentile(values, share)
      expect(values).toContain(value)
      const within = values.filter((other) => other <= value).length
      expect(within).toBeGreaterThanOrEqual(share * values.length)
    }),
  )
})

test('nothing was measured: no number is made up', () => {
  expect(median([])).toBeNaN()
  expect(percentile([], 0.5)).toBeNaN()
  expect(spread([])).toBe(0)
})

test('the spread is the range by the median', () => {
  expect(spread([8, 10, 12])).toBe(0.4)
  expect(spread([10])).toBe(0)
})
