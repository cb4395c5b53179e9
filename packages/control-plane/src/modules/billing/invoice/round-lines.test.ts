import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ATTO_PER_CENT, roundLines } from './round-lines.ts'
import { unitPriceOf } from './unit-price.ts'

const exact = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n })
const carry = fc.bigInt({ min: 1n - ATTO_PER_CENT, max: 2n * ATTO_PER_CENT })

test('cents and what is carried are together what was posted, to the last unit', () => {
  fc.assert(
    fc.property(fc.array(exact, { minLength: 1, maxLength: 30 }), carry, (amounts, carriedIn) => {
      const { cents, carriedOut } = roundLines(amounts, carriedIn)
      const sum = amounts.reduce((total, amount) => total + amount, carriedIn)
      expect(cents.reduce((total, one) => total + one, 0n) * ATTO_PER_CENT + carriedOut).toBe(sum)
      expect(carriedOut >= 0n && carriedOut < ATTO_PER_CENT).toBe(true)
    }),
  )
})

test('a line is within a cent of what was posted, when less than a cent was carried here', () => {
  const less = fc.bigInt({ min: 0n, max: ATTO_PER_CENT - 1n })
  fc.assert(
    fc.property(fc.array(exact, { minLength: 1, maxLength: 30 }), less, (amounts, carriedIn) => {
      const { cents } = roundLines(amounts, carriedIn)
      for (const [index, amount] of amounts.entries()) {
        const difference = (cents[index] ?? 0n) * ATTO_PER_CENT - amount
        expect(difference > -ATTO_PER_CENT && difference <= ATTO_PER_CENT).toBe(true)
      }
    }),
  )
})

test('a price below a cent is one of whole cents for more units', () => {
  const tenthOfACent = ATTO_PER_CENT / 10n
  expect(unitPriceOf(12_345n * tenthOfACent, 12_345n)).toEqual({ cents: 1n, baseQuantity: 10n })
  expect(unitPriceOf(3n * 10n ** 18n, 3n)).toEqual({ cents: 100n, baseQuantity: 1n })
  expect(unitPriceOf(7n * 10n ** 9n, 7n)).toEqual({ cents: 1n, baseQuantity: 10_000_000n })
})

test('what has no one price has none: different prices, nothing sold, beyond what a person reads', () => {
  expect(unitPriceOf(10n, 3n)).toBeUndefined()
  expect(unitPriceOf(0n, 3n)).toBeUndefined()
  expect(unitPriceOf(5n, 0n)).toBeUndefined()
  expect(unitPriceOf(3n, 3n)).toBeUndefined()
})
