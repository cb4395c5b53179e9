import fc from 'fast-check'
import { expect, it, test } from 'vitest'
import { splitByWeight } from './index.ts'

const amount = fc.bigInt({ min: 0n, max: 10n ** 38n })
const weights = fc
  .array(fc.bigInt({ min: 0n, max: 10_000n }), { minLength: 1, maxLength: 20 })
  .filter((all) => all.some((weight) => weight > 0n))

it('splits into parts that are the whole, each within one unit of its exact share', () => {
  fc.assert(
    fc.property(amount, weights, (whole, all) => {
      const parts = splitByWeight(whole, all)
      const sum = all.reduce((total, weight) => total + weight, 0n)
      expect(parts.reduce((total, part) => total + part, 0n)).toBe(whole)
      parts.forEach((part, index) => {
        const exact = whole * (all[index] ?? 0n)
        expect(part * sum).toBeGreaterThan(exact - sum)
        expect(part * sum).toBeLessThan(exact + sum)
      })
    }),
  )
})

it('gives nothing to a weight of zero, and never less to a larger weight', () => {
  fc.assert(
    fc.property(amount, weights, (whole, all) => {
      const parts = splitByWeight(whole, all)
      parts.forEach((part, index) => {
        if (all[index] === 0n) expect(part).toBe(0n)
        parts.forEach((other, at) => {
          if ((all[index] ?? 0n) > (all[at] ?? 0n)) expect(part).toBeGreaterThanOrEqual(other)
        })
      })
    }),
  )
})

test.each<[string, bigint, bigint[], bigint[]]>([
  ['ties go to those that come first', 10n, [1n, 1n, 1n], [4n, 3n, 3n]],
  ['two units over three', 2n, [1n, 1n, 1n], [1n, 1n, 0n]],
  ['the largest remainder comes before the order', 10n, [1_000n, 3_300n, 5_700n], [1n, 3n, 6n]],
  ['97.5 % and 2.5 % of a unit', 1n, [250n, 9_750n], [0n, 1n]],
  ['nothing', 0n, [1n, 2n], [0n, 0n]],
])('%s', (_, whole, all, parts) => {
  expect(splitByWeight(whole, all)).toEqual(parts)
})

it('refuses what cannot be split', () => {
  expect(() => splitByWeight(-1n, [1n])).toThrow(RangeError)
  expect(() => splitByWeight(1n, [])).toThrow(RangeError)
  expect(() => splitByWeight(1n, [0n, 0n])).toThrow(RangeError)
  expect(() => splitByWeight(1n, [2n, -1n])).toThrow(RangeError)
})
