import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chunksOf, FIRST_CHARS } from './text-chunks.ts'

test('blocks joined are the beginning of the text, and all of it once enough is asked for', () => {
  const line = fc.string({ unit: fc.constantFrom('a', '\n', '😀', ' '), maxLength: 50 })
  fc.assert(
    fc.property(line, fc.integer({ min: 1, max: 3_000 }), fc.nat(90_000), (text, times, shown) => {
      const whole = text.repeat(times)
      const joined = chunksOf(whole, shown).join('')
      expect(whole.startsWith(joined)).toBe(true)
      expect(joined.length).toBeGreaterThanOrEqual(Math.min(shown, whole.length))
      expect(joined.isWellFormed()).toBe(true)
    }),
  )
})

test('of five megabytes only the first part is drawn', () => {
  const chunks = chunksOf('x'.repeat(5_000_000), FIRST_CHARS)
  expect(chunks.join('')).toHaveLength(FIRST_CHARS)
})
