import { formatMoney } from '@mcp-orchestra/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPriceText } from './price-text.ts'

const ATOMIC_MAX = 10n ** 30n - 1n

test('every amount that the API takes is read exactly as it is shown', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: ATOMIC_MAX }), (atomic) => {
      const shown = formatMoney({ amount: atomic.toString(), asset: 'USD' }).replace(' USD', '')
      expect(readPriceText(shown)).toEqual({ ok: true, atomic, units: shown })
    }),
  )
})

test('what is accepted is what the API accepts, and no text throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[$ \d.,eE+-]{0,40}$/)), (text) => {
      const read = readPriceText(text)
      if (read.ok) expect(read.units).toMatch(/^\d{1,12}(\.\d{1,18})?$/)
    }),
  )
})

test('a text is read the same with zeros that say nothing', () => {
  for (const text of ['0.5', '.5', '00.50', ' $0.500 ', '0.5']) {
    expect(readPriceText(text)).toEqual({ ok: true, atomic: 5n * 10n ** 17n, units: '0.5' })
  }
  expect(readPriceText('3.')).toMatchObject({ ok: true, units: '3' })
  expect(readPriceText('0')).toEqual({ ok: true, atomic: 0n, units: '0' })
})

test.each([
  ['', 'empty'],
  ['$', 'empty'],
  ['.', 'not_decimal'],
  ['0,5', 'not_decimal'],
  ['1e-3', 'not_decimal'],
  ['0x10', 'not_decimal'],
  ['٣', 'not_decimal'],
  ['1 000', 'not_decimal'],
  ['-1', 'negative'],
  ['−1', 'negative'],
  ['0.0000000000000000001', 'too_many_places'],
  ['1000000000000', 'too_large'],
])('%j is refused as %s', (text, fault) => {
  expect(readPriceText(text)).toEqual({ ok: false, fault })
})
