import { beforeAll, describe, expect, test } from 'vitest'
import { monthSizeOf } from './month/month-size.ts'
import { createSeededMonth } from './month/seeded-month.ts'
import { booksOfMonth, type MonthBooks } from './real/books-of-month.ts'
import { differencesOf } from './recompute/cells.ts'
import { recomputeMonth } from './recompute/recompute-month.ts'
import { DOCUMENTED } from './recompute/rules.ts'

/** A month on a busy machine. */
const PLAY_TIMEOUT_MS = 900_000
/** A test that fails names as many cells. */
const SHOWN = 20
/** What must have happened for the month to say anything. */
const RARE = [
  'cases: duplicate_event',
  'cases: journal_gap',
  'cases: late_arrival',
  'cases: usage_absurd',
  'cases: usage_missing',
  'platform: loss',
  'refunds: refused',
]

const month = createSeededMonth(monthSizeOf(process.env))

describe('the books of a seeded month', () => {
  let books: MonthBooks

  beforeAll(async () => {
    books = await booksOfMonth(month)
  }, PLAY_TIMEOUT_MS)

  test('agree with the guides to the last unit, cell by cell', () => {
    const sheet = recomputeMonth(month, DOCUMENTED)
    expect(differencesOf(books.cells, sheet).slice(0, SHOWN)).toEqual([])
  })

  test('have something of everything, and each call once', () => {
    expect(RARE.filter((cell) => (books.cells.get(cell) ?? 0n) <= 0n)).toEqual([])
    expect(books.cells.get('calls: in all')).toBe(BigInt(month.calls.length))
  })

  test('are found right by the nightly reconciliation', () => {
    expect(books.findings).toEqual([])
  })
})
