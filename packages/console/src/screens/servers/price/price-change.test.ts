import fc from 'fast-check'
import { expect, test } from 'vitest'
import { priceChange, timesAsMuch } from './price-change.ts'

const amount = fc.bigInt({ min: 0n, max: 10n ** 30n })

test('only more than ten times a price that is not zero is steep', () => {
  fc.assert(
    fc.property(amount, amount, (now, next) => {
      const steep = priceChange(now, next) === 'steep_rise'
      expect(steep).toBe(now > 0n && next > now * 10n)
    }),
  )
  expect(priceChange(1n, 10n)).toBe('rise')
  expect(priceChange(1n, 11n)).toBe('steep_rise')
})

test('the same amount is no change, zero is free, and a first price is named so', () => {
  expect(priceChange(5n, 5n)).toBe('same')
  expect(priceChange(undefined, 0n)).toBe('same')
  expect(priceChange(5n, 0n)).toBe('free')
  expect(priceChange(5n, 4n)).toBe('fall')
  expect(priceChange(undefined, 4n)).toBe('first')
  expect(priceChange(0n, 4n)).toBe('rise')
})

test('how many times as much is rounded down', () => {
  expect(timesAsMuch(3n, 100n)).toBe(33n)
  expect(timesAsMuch(0n, 100n)).toBe(0n)
})
