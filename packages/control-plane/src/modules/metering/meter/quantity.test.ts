import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lowest, parseQuantity, showQuantity } from './quantity.ts'

test.each([
  ['0', 0n],
  ['1', 10n ** 18n],
  ['1.5', 15n * 10n ** 17n],
  ['0.000000000000000001', 1n],
  ['99999999999999999999.999999999999999999', 10n ** 38n - 1n],
])('%s is read exactly', (text, quantity) => {
  expect(parseQuantity(text)).toBe(quantity)
  expect(showQuantity(quantity)).toBe(text)
})

test.each([
  '',
  '-1',
  '+1',
  '01',
  '1.',
  '.5',
  '1e3',
  ' 1',
  '1\n',
  'NaN',
  'Infinity',
  '0x10',
  '١',
  '0.0000000000000000001',
  '100000000000000000000',
])('%j is no quantity', (text) => {
  expect(parseQuantity(text)).toBeUndefined()
})

test('what is shown is read as the same', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 38n - 1n }), (quantity) => {
      expect(parseQuantity(showQuantity(quantity))).toBe(quantity)
    }),
  )
})

test('lowest terms are the same fraction, and have no common factor', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 40n }),
      fc.bigInt({ min: 1n, max: 10n ** 40n }),
      (numerator, denominator) => {
        const found = lowest({ numerator, denominator })
        expect(found.numerator * denominator).toBe(numerator * found.denominator)
        expect(lowest(found)).toEqual(found)
      },
    ),
  )
})
