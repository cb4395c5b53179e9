import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitBetween, splitSales, type SaleParts, type SplitRule } from './split-sale.ts'

const amount = fc.bigInt({ min: 0n, max: 10n ** 24n })
const small = fc.bigInt({ min: 0n, max: 40n })
/** Up to six shares that are at most all of the net; all of it is likely too. */
const rule: fc.Arbitrary<SplitRule> = fc
  .record({
    feeBps: fc.oneof(fc.constant(250), fc.nat(10_000)),
    cuts: fc.array(fc.oneof(fc.constant(10_000), fc.nat(10_000)), { maxLength: 6 }),
  })
  .map(({ feeBps, cuts }) => {
    const sorted = cuts.toSorted((a, b) => a - b)
    return { feeBps, shareBps: sorted.map((cut, index) => cut - (sorted[index - 1] ?? 0)) }
  })

const sum = ({ fee, shares, publisher }: SaleParts): bigint =>
  shares.reduce((total, share) => total + share, fee + publisher)
const all = ({ fee, shares, publisher }: SaleParts): bigint[] => [fee, ...shares, publisher]

test('the parts are the whole, and none is below zero', () => {
  fc.assert(
    fc.property(fc.oneof(amount, small), rule, (gross, by) => {
      const parts = splitSales(gross, by)
      expect(sum(parts)).toBe(gross)
      expect(all(parts).every((part) => part >= 0n)).toBe(true)
    }),
  )
})

test('a sale adds nothing below zero to any part, however small it is', () => {
  fc.assert(
    fc.property(fc.oneof(amount, small), small, rule, (before, added, by) => {
      const parts = splitBetween(before, before + added, by)
      expect(sum(parts)).toBe(added)
      expect(all(parts).every((part) => part >= 0n)).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test('neither the order of sales and refunds nor how they are cut changes what everybody has', () => {
  fc.assert(
    fc.property(fc.array(small, { maxLength: 30 }), rule, (sales, by) => {
      const posted: bigint[] = all(splitSales(0n, by)).map(() => 0n)
      let gross = 0n
      for (const [index, sale] of sales.entries()) {
        const next = index % 3 === 2 ? gross - (sale < gross ? sale : gross) : gross + sale
        const [less, more, sign] = next < gross ? [next, gross, -1n] : [gross, next, 1n]
        const parts = all(splitBetween(less, more, by))
        for (const [at, part] of parts.entries()) posted[at] = (posted[at] ?? 0n) + sign * part
        gross = next
      }
      expect(posted).toEqual(all(splitSales(gross, by)))
    }),
  )
})

test('no share is further from its basis points than one unit for each step before it', () => {
  fc.assert(
    fc.property(amount, rule, (gross, by) => {
      const { fee, shares } = splitSales(gross, by)
      for (const [index, share] of shares.entries()) {
        const exactTimes = (gross - fee) * BigInt(by.shareBps[index] ?? 0)
        const off = share * 10_000n - exactTimes
        expect(off <= 10_000n * BigInt(index + 1)).toBe(true)
        expect(off >= -10_000n * BigInt(index + 1)).toBe(true)
      }
    }),
  )
})

test('a split by hand', () => {
  // 10,000 less 2.5 %; an affiliate with 5 %, an author with 10 %, a co-publisher with 25 % of 9,750.
  expect(splitSales(10_000n, { feeBps: 250, shareBps: [500, 1_000, 2_500] })).toEqual({
    fee: 250n,
    shares: [487n, 975n, 2_437n],
    publisher: 5_851n,
  })
})
