import fc from 'fast-check'
import { expect, it } from 'vitest'
import { contentTexts } from './content-texts.ts'
import { cutRuns, TEXT_CHARS_MAX } from './text-runs.ts'

it('loses no character, cuts none in half, and leaves no run that takes for ever', () => {
  const text = fc.array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.nat(400).map((count) => 'a'.repeat(count)),
      fc.nat(400).map((count) => ' '.repeat(count)),
      fc.nat(200).map((count) => '😀'.repeat(count)),
    ),
  )
  fc.assert(
    fc.property(text, (words) => {
      const whole = words.join('')
      const parts = cutRuns(whole)
      expect(parts.join('')).toBe(whole.slice(0, TEXT_CHARS_MAX))
      for (const part of parts) {
        expect(part.isWellFormed()).toBe(true)
        expect(part).not.toMatch(/\S{130}| {130}/)
      }
    }),
  )
})

it('leaves ordinary text whole', () => {
  expect(cutRuns('The quick brown fox.\n'.repeat(1_000))).toHaveLength(1)
})

it('reads no further than it counts', () => {
  const parts = cutRuns('word '.repeat(TEXT_CHARS_MAX))
  expect(parts.join('').length).toBe(TEXT_CHARS_MAX)
})

it('counts text blocks and nothing else, all of them together no further than one text', () => {
  const content = [
    { type: 'text', text: 'one' },
    { type: 'image', data: 'two' },
    { type: 'text', text: 3 },
    { type: 'text', text: 'four'.repeat(TEXT_CHARS_MAX) },
    { type: 'text', text: 'five' },
  ]
  const texts = contentTexts(JSON.stringify({ content }))
  expect(texts.map((text) => text.slice(0, 4))).toEqual(['one', 'four'])
  expect(texts.join('').length).toBe(TEXT_CHARS_MAX)
  expect(contentTexts('{"structuredContent":{}}')).toEqual([])
})
