import { rate } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { convert } from './convert.ts'
import { exactOf, perSmallestUnit } from './exact-rate.ts'

const rates = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 30n }), fc.bigInt({ min: 1n, max: 10n ** 12n }))
  .map(([numerator, denominator]) => rate(numerator, denominator))
const amounts = fc.bigInt({ min: 1n, max: 10n ** 24n })

describe('a conversion', () => {
  test('of a cent into a stablecoin of six places at par is exact', () => {
    const par = perSmallestUnit(rate(1n), 6)
    expect(par).toEqual(rate(10n ** 12n))
    expect(convert(10n ** 16n, par, 0n)).toEqual({ amount: 10_000n, carriedIn: 0n, carriedOut: 0n })
  })

  test('rounds up by less than one unit, and gives what that is worth back', () => {
    fc.assert(
      fc.property(amounts, rates, (usdAtto, at) => {
        const { amount, carriedOut } = convert(usdAtto, at, 0n)
        expect(amount * at.numerator >= usdAtto * at.denominator).toBe(true)
        expect((amount - 1n) * at.numerator < usdAtto * at.denominator).toBe(true)
        expect(carriedOut).toBe((amount * at.numerator) / at.denominator - usdAtto)
      }),
    )
  })

  test('many in a row cost what one would: less than a unit more, and 1e-18 USD each', () => {
    fc.assert(
      fc.property(fc.array(amounts, { minLength: 1, maxLength: 40 }), rates, (parts, at) => {
        let carry = 0n
        let paid = 0n
        for (const part of parts) {
          const { amount, carriedIn, carriedOut } = convert(part, at, carry)
          carry += carriedOut - carriedIn
          paid += amount
          expect(carry >= 0n).toBe(true)
        }
        const whole = convert(
          parts.reduce((sum, part) => sum + part, 0n),
          at,
          0n,
        ).amount
        expect(paid >= whole).toBe(true)
        const lost = (paid - whole) * at.numerator
        expect(lost < at.numerator + BigInt(parts.length) * at.denominator).toBe(true)
      }),
    )
  })

  test('never uses up more than there is, nor asks less than nothing', () => {
    fc.assert(
      fc.property(amounts, rates, amounts, (usdAtto, at, carry) => {
        const { amount, carriedIn } = convert(usdAtto, at, carry)
        expect(carriedIn <= carry && carriedIn <= usdAtto).toBe(true)
        expect(amount >= 0n).toBe(true)
      }),
    )
  })
})

describe('a price as text', () => {
  test.each([
    ['1', rate(1n)],
    ['0.9998', rate(4_999n, 5_000n)],
    ['6.5e4', rate(65_000n)],
    ['25E-2', rate(1n, 4n)],
    ['0.1', rate(1n, 10n)],
  ])('%s is read exactly', (text, exact) => {
    expect(exactOf(text)).toEqual(exact)
  })

  test.each([
    '',
    '0',
    '0.000',
    '-1',
    '+1',
    'NaN',
    'Infinity',
    '0x10',
    '1,5',
    ' 1',
    '1e999',
    '1e-41',
    '.5',
    '1.',
  ])('%j is none', (text) => {
    expect(exactOf(text)).toBeUndefined()
  })

  test('of so many digits that numbers get slow is none', () => {
    expect(exactOf('9'.repeat(41))).toBeUndefined()
    expect(exactOf(`0.${'9'.repeat(41)}`)).toBeUndefined()
  })
})
