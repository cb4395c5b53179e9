import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countHidden, splitHidden } from './hidden-text.ts'

/** Any code point: cheaper to make than fast-check's tables of graphemes. */
const anyPoint = fc.nat(0x10ffff).map((point) => String.fromCodePoint(point))

test('runs joined are the text again, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyPoint }), (text) => {
      expect(
        splitHidden(text)
          .map((run) => run.text)
          .join(''),
      ).toBe(text)
    }),
  )
})

test.each([
  ['zero width space', '\u200b'],
  ['right-to-left override', '\u202e'],
  ['tag letter', '\u{e0041}'],
  ['soft hyphen', '\u00ad'],
  ['escape', '\u001b'],
  ['byte order mark', '\ufeff'],
  ['Hangul filler', '\u3164'],
  ['variation selector 17', '\u{e0100}'],
  ['lone surrogate', '\ud800'],
  ['no-break space', '\u00a0'],
])('a %s between letters is shown by its number', (_name, character) => {
  const runs = splitHidden(`a${character}b`)
  expect(runs.map(({ hidden }) => hidden !== undefined)).toEqual([false, true, false])
  expect(runs[1]?.hidden).toMatch(/^U\+[0-9A-F]{4,6}( “.”)?$/)
})

test('letters of any script, line feeds, tabs and pictures hide nothing', () => {
  for (const text of ['Grüße, 世界!\n\tשלום', '⚠️ careful', '👩‍💻']) expect(countHidden(text)).toBe(0)
})

test('a smuggled sentence is one run that says how long it is and what it spells', () => {
  const tags = Array.from('ignore', (letter) =>
    String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0)),
  )
  const [run] = splitHidden(tags.join(''))
  expect(run?.hidden).toBe('U+E0069 U+E0067 U+E006E U+E006F +2 “ignore”')
  expect(countHidden(tags.join(''))).toBe(6)
})
