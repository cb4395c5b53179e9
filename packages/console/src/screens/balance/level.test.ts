import fc from 'fast-check'
import { expect, it } from 'vitest'
import { balanceLevel, percentOf } from './level.ts'

it('a balance is low exactly when it lasts less than a day at the pace of the last one', () => {
  const amount = fc.bigInt({ min: 1n, max: 10n ** 30n })
  fc.assert(
    fc.property(amount, amount, (left, spent) => {
      const level = balanceLevel(left, spent)
      expect(level.kind).toBe(left < spent ? 'low' : 'fine')
      if (level.kind !== 'low') return
      expect(level.hours).toBeLessThan(24)
      expect(BigInt(level.hours) * spent <= left * 24n).toBe(true)
      expect(BigInt(level.hours + 1) * spent > left * 24n).toBe(true)
    }),
  )
})

it.each([
  [0n, 0n, 'empty'],
  [0n, 5n, 'empty'],
  [-1n, 0n, 'empty'],
  [1n, 0n, 'fine'],
])('%s left after %s spent in a day is %s', (left, spent, kind) => {
  expect(balanceLevel(left, spent).kind).toBe(kind)
})

it('a percentage never says more than is used, and says all only when all is used', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 30n })
  fc.assert(
    fc.property(amount, fc.bigInt({ min: 1n, max: 10n ** 30n }), (part, whole) => {
      const percent = percentOf(part, whole)
      expect(percent === 100).toBe(part >= whole)
      expect(BigInt(percent) * whole <= part * 100n || part >= whole).toBe(true)
    }),
  )
  expect(percentOf(0n, 0n)).toBe(100)
})
