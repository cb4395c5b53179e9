import fc from 'fast-check'
import { expect, test } from 'vitest'
import { oneOf, present, wordOf } from './search-word.ts'

test('whatever an address holds, a word is a short text or absent', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const word = wordOf(value)
      if (word === undefined) return
      expect(word.length).toBeGreaterThan(0)
      expect(word.length).toBeLessThanOrEqual(256)
      expect(word.isWellFormed()).toBe(true)
    }),
  )
  expect([wordOf(12), wordOf(true), wordOf(''), wordOf(null)]).toEqual([
    '12',
    'true',
    undefined,
    undefined,
  ])
})

test('only a known word is taken', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(oneOf(value, ['a', 'b'])).toBe(value === 'a' || value === 'b' ? value : undefined)
    }),
  )
})

test('what is absent leaves no trace', () => {
  expect(Object.keys(present({ q: undefined, sort: 'name' }))).toEqual(['sort'])
})
