import { expect, test } from 'vitest'
import { recomputeMonth } from '../recompute/recompute-month.ts'
import { DOCUMENTED } from '../recompute/rules.ts'
import { csvOf, filesOf } from './month-csv.ts'
import { createSeededMonth } from './seeded-month.ts'

test('a field that would break a row is quoted', () => {
  expect(csvOf([['a', 1, 2n, undefined, 'b,c', 'say "no"']])).toBe('a,1,2,,"b,c","say ""no"""\r\n')
})

test('a seed is one month, and its files have a row for each record and each result', () => {
  const size = { seed: 3, calls: 400 }
  const month = createSeededMonth(size)
  expect(createSeededMonth(size)).toEqual(month)
  expect(createSeededMonth({ ...size, seed: 4 })).not.toEqual(month)
  const cells = recomputeMonth(month, DOCUMENTED)
  const rows = new Map(
    [...filesOf(month, cells)].map(([name, text]) => [name, text.split('\r\n').length - 2]),
  )
  const records = [...month.journals.values()].reduce((sum, { length }) => sum + length, 0)
  expect(Object.fromEntries(rows)).toEqual({
    'calls.csv': records,
    'prices.csv': month.prices.length,
    'agreements.csv': month.agreements.length,
    'listings.csv': month.listings.length,
    'happenings.csv': month.happenings.length,
    'results.csv': cells.size,
  })
})
