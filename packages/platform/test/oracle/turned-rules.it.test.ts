import { beforeAll, describe, expect, test } from 'vitest'
import { createSeededMonth } from './month/seeded-month.ts'
import { booksOfMonth, type MonthBooks } from './real/books-of-month.ts'
import { differencesOf } from './recompute/cells.ts'
import { recomputeMonth } from './recompute/recompute-month.ts'
import { DOCUMENTED, type Rules } from './recompute/rules.ts'

/** Each rule of the guides, and how somebody might have understood it instead. */
const TURNED: readonly Partial<Rules>[] = [
  { feeBps: 251n },
  { roundsFee: 'up' },
  { sharesOf: 'all' },
  { graduates: 'all units' },
  { packages: 'full ones count' },
  { window: 'call' },
  { calendarShiftMs: 3_600_000 },
  { callsAreCapped: false },
  { attemptsOfAPurchase: 'all pay' },
  { copiesOfARecord: 'all count' },
  { refundsLowerTheFee: false },
  { toolErrors: 'charged' },
  { cancelledStreams: 'released' },
  { versionOf: 'the end of the month' },
  { carriesCents: false },
  { lostJournals: 'payer bears' },
]
/** Money that each of them moves: a difference in a mere count would be no proof. */
const MONEY = /: (available|earned|fees|fee|loss|carried|fee given back)$/

const month = createSeededMonth({ seed: 5, calls: 3_000 })

describe('a recomputation that can fail', () => {
  let books: MonthBooks

  beforeAll(async () => {
    books = await booksOfMonth(month)
  }, 300_000)

  const differences = (rules: Rules) =>
    differencesOf(books.cells, recomputeMonth(month, rules)).map(({ cell }) => cell)

  test('agrees with the books by the rules of the guides', () => {
    expect(differences(DOCUMENTED)).toEqual([])
  })

  test('turns every rule there is', () => {
    expect(new Set(TURNED.flatMap(Object.keys))).toEqual(new Set(Object.keys(DOCUMENTED)))
  })

  test.each(TURNED)('differs in money with %o', (rule) => {
    expect(differences({ ...DOCUMENTED, ...rule }).filter((cell) => MONEY.test(cell))).not.toEqual(
      [],
    )
  })

  test('names the one cell that a unit was moved in', () => {
    const sheet = recomputeMonth(month, DOCUMENTED)
    for (const cell of ['platform: fees', 'payer-001: available', 'sharer-001: earned']) {
      const value = books.cells.get(cell) ?? 0n
      const moved = new Map(books.cells).set(cell, value + 1n)
      expect(differencesOf(moved, sheet)).toEqual([{ cell, books: value + 1n, sheet: value }])
    }
  })
})
