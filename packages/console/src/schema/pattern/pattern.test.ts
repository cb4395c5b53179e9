import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchPattern } from './match-pattern.ts'

const pattern: fc.Arbitrary<string> = fc.letrec<{ either: string; row: string; part: string }>(
  (tie) => ({
    either: fc.array(tie('row'), { minLength: 1, maxLength: 3 }).map((rows) => rows.join('|')),
    row: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
    part: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('a', 'b', '\\d', '[a-c]', '[^a]', '.', '\\w', 'é', '\\.', '\\u0061', '😀'),
      fc.constantFrom('^', '$', '\\b', '\\B'),
      fc
        .tuple(
          fc.constantFrom('a', '[ab]', '.'),
          fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{2,}', '*?'),
        )
        .map((parts) => parts.join('')),
      tie('either').map((inner) => `(?:${inner})`),
      tie('either').map((inner) => `(${inner})?`),
    ),
  }),
).either

/**
 * What a `RegExp` matches at the begin of each character (ECMA-262 §22.2.7.2: its input is a list of
 * code points). A search of V8's own tries the middle of a surrogate pair too: it finds `\B` in `a😀a`.
 */
function matchesSomewhere(source: string, text: string): boolean {
  const sticky = new RegExp(source, 'uy')
  const starts = Array.from(text).reduce<number[]>(
    (found, character) => [...found, (found.at(-1) ?? 0) + character.length],
    [0],
  )
  return starts.some((start) => {
    sticky.lastIndex = start
    return sticky.test(text)
  })
}

test('a pattern matches what RegExp matches', () => {
  fc.assert(
    fc.property(
      pattern,
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' ', '.', 'é', '😀') }),
      (source, text) => {
        expect(matchPattern(source, text)).toBe(
          matchesSomewhere(source, text) ? 'matches' : 'differs',
        )
      },
    ),
    { numRuns: 2_000 },
  )
})

test('no match begins inside a character', () => {
  expect(matchPattern('\\B', 'a😀a')).toBe('differs')
})

test('a pattern that would hang a backtracking matcher is answered within its steps', () => {
  const text = `${'a'.repeat(10_000)}!`
  for (const bomb of [
    '^(a+)+$',
    '^(a|a)*$',
    '^(a|aa)+$',
    '(.*)*x',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
  ]) {
    expect(matchPattern(bomb, text)).not.toBe('matches')
  }
})

test('what needs backtracking, or is too large, is not checked rather than guessed', () => {
  for (const source of [
    '(?=a)b',
    '(a)\\1',
    '(?<!x)y',
    'a{1,99999}',
    '(?i)a',
    '['.repeat(5),
    'x'.repeat(2_000),
  ]) {
    expect(matchPattern(source, 'a')).toBe('unchecked')
  }
  expect(matchPattern('a', 'x'.repeat(1_000_000))).toBe('unchecked')
})
