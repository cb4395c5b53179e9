import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareCursors, readCursor, writeCursor } from './cursor.ts'

const anyCursor = fc.record({
  transaction: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  seq: fc.integer({ min: 0, max: 999_999_999_999_999 }),
})

test('a cursor is read as it was written', () => {
  fc.assert(
    fc.property(anyCursor, (cursor) => {
      expect(readCursor(writeCursor(cursor))).toEqual(cursor)
    }),
  )
})

test('any text is a cursor or none, and never a fault', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{0,22}-\d{0,17}$/)), (text) => {
      const cursor = readCursor(text)
      if (cursor !== undefined) expect(readCursor(writeCursor(cursor))).toEqual(cursor)
    }),
  )
})

test('cursors have one order: by transaction, then by sequence', () => {
  fc.assert(
    fc.property(anyCursor, anyCursor, (a, b) => {
      expect(Math.sign(compareCursors(a, b))).toBe(-Math.sign(compareCursors(b, a)))
      expect(compareCursors(a, a)).toBe(0)
      if (a.transaction < b.transaction) expect(compareCursors(a, b)).toBeLessThan(0)
    }),
  )
})
