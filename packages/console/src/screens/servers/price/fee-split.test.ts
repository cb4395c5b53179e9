import fc from 'fast-check'
import { expect, test } from 'vitest'
import { percentOfBps, splitFee } from './fee-split.ts'

test('fee and rest add up to what was paid, and the fee is never more than its share', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 38n }),
      fc.integer({ min: 0, max: 10_000 }),
      (paid, feeBps) => {
        const { fee, rest } = splitFee(paid, feeBps)
        expect(fee + rest).toBe(paid)
        expect(fee * 10_000n).toBeLessThanOrEqual(paid * BigInt(feeBps))
        expect((fee + 1n) * 10_000n).toBeGreaterThan(paid * BigInt(feeBps))
      },
    ),
  )
})

test('one atomic unit leaves no fee at 2.5 %, forty leave one', () => {
  expect(splitFee(1n, 250)).toEqual({ fee: 0n, rest: 1n })
  expect(splitFee(40n, 250)).toEqual({ fee: 1n, rest: 39n })
})

test('basis points are shown as the percentage they are', () => {
  expect([0, 5, 50, 250, 300, 1_025, 10_000].map(percentOfBps)).toEqual([
    '0',
    '0.05',
    '0.5',
    '2.5',
    '3',
    '10.25',
    '100',
  ])
})
