import fc from 'fast-check'
import { expect, it } from 'vitest'
import { divCeil, divFloor, feeDelta, feeOnCumulative } from './index.ts'

const gross = fc.bigInt({ min: 0n, max: 10n ** 30n })
const bps = fc.integer({ min: 0, max: 10_000 })

it('the fee of many calls is the fee of their sum, in any order and any batching', () => {
  fc.assert(
    fc.property(fc.array(gross, { maxLength: 50 }), bps, (amounts, feeBps) => {
      let cumulative = 0n
      let collected = 0n
      for (const amount of amounts) {
        collected += feeDelta(cumulative, amount, feeBps)
        cumulative += amount
      }
      expect(collected).toBe(feeOnCumulative(cumulative, feeBps))
    }),
  )
})

it('fee and share are the whole, and neither is negative', () => {
  fc.assert(
    fc.property(gross, gross, bps, (before, added, feeBps) => {
      const fee = feeDelta(before, added, feeBps)
      expect(fee).toBeGreaterThanOrEqual(0n)
      expect(added - fee).toBeGreaterThanOrEqual(0n)
    }),
  )
})

it('floor and ceiling enclose the exact quotient', () => {
  const whole = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
  fc.assert(
    fc.property(whole, fc.bigInt({ min: 1n, max: 10n ** 20n }), (a, b) => {
      expect(divFloor(a, b) * b).toBeLessThanOrEqual(a)
      expect(divCeil(a, b) * b).toBeGreaterThanOrEqual(a)
      expect(divCeil(a, b) - divFloor(a, b)).toBeLessThanOrEqual(1n)
    }),
  )
})
