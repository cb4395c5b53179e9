import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SHARE_OF_AVAILABLE, sizeLease } from './size-lease.ts'

const amount = fc.bigInt(1n, 10n ** 24n)
const sources = fc.array(fc.bigInt(0n, 10n ** 24n), { minLength: 1, maxLength: 5 })
const named = (amounts: readonly bigint[]) =>
  amounts.map((available, index) => ({ name: index, available }))

describe('the size of a lease', () => {
  test('a quarter of the scarcest source at most, when that covers the need', () => {
    const size = sizeLease({ needed: 1n, wanted: 1_000n }, named([400n, 100n]))
    expect(size).toEqual({ kind: 'take', amount: 25n })
  })

  test('exactly what is needed when funds are short: granted per call', () => {
    expect(sizeLease({ needed: 60n, wanted: 1_000n }, named([100n]))).toEqual({
      kind: 'take',
      amount: 60n,
    })
  })

  test('names the source that has less than is needed', () => {
    expect(sizeLease({ needed: 60n, wanted: 60n }, named([100n, 59n]))).toEqual({
      kind: 'short',
      source: 1,
      available: 59n,
    })
  })

  test('never more than any source has, never less than needed, never more than wanted beyond it', () => {
    fc.assert(
      fc.property(amount, amount, sources, (needed, wanted, amounts) => {
        const size = sizeLease({ needed, wanted }, named(amounts))
        if (size.kind === 'short') {
          expect(amounts[size.source] ?? 0n).toBeLessThan(needed)
          return
        }
        const scarcest = amounts.reduce((a, b) => (a < b ? a : b))
        expect(size.amount).toBeLessThanOrEqual(scarcest)
        expect(size.amount).toBeGreaterThanOrEqual(needed)
        if (size.amount > needed) {
          expect(size.amount).toBeLessThanOrEqual(wanted)
          expect(size.amount * SHARE_OF_AVAILABLE).toBeLessThanOrEqual(scarcest)
        }
      }),
    )
  })
})
