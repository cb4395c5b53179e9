import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readJsonRate } from './read-json-rate.ts'
import type { HttpRate } from './source.ts'

const SOURCE: HttpRate = {
  kind: 'http',
  url: 'https://rates.example',
  pricePointer: '/data/0/price~1usd',
  updatedAtPointer: '/data/0/at',
}
const AT = '2026-11-22T12:30:00Z'
const textOf = (price: string, at: string) => `{"data":[{"price/usd":${price},"at":${at}}]}`
const read = (price: string, at = `"${AT}"`) => readJsonRate(textOf(price, at), SOURCE)

describe('a price in JSON', () => {
  test('is read digit by digit, as a number or as text', () => {
    const exact = { numerator: 10_000_000_000_000_000_001n, denominator: 10n ** 19n }
    for (const price of ['1.0000000000000000001', '"1.0000000000000000001"']) {
      expect(read(price)).toMatchObject({ kind: 'read', reading: { usdPerWhole: exact } })
    }
  })

  test.each(['-1', '0', '"free"', 'null', 'true', '[1]', '{}', '1e400', '""'])(
    '%s is no price',
    (price) => {
      expect(read(price)).toMatchObject({ kind: 'failed' })
    },
  )

  test.each([
    [`"${AT}"`, Date.parse(AT)],
    ['1795350600', 1_795_350_600_000],
    ['"1795350600000"', 1_795_350_600_000],
    ['1795350600.5', 1_795_350_600_500],
  ])('has its time from %s', (at, updatedAt) => {
    expect(read('1', at)).toMatchObject({ reading: { updatedAt } })
  })

  test.each(['null', '"yesterday"', '-5', '{}', '"2026-13-40T00:00:00Z"'])(
    'without a time (%s) is no reading: its age would be a guess',
    (at) => {
      expect(read('1', at)).toMatchObject({ kind: 'failed' })
    },
  )

  test('never throws, whatever the answer, and follows no inherited member', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(['read', 'failed']).toContain(readJsonRate(text, SOURCE).kind)
      }),
    )
    const inherited = { ...SOURCE, pricePointer: '/constructor/name' }
    expect(readJsonRate('{}', inherited)).toMatchObject({ kind: 'failed' })
  })
})
