import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCorpus } from './corpus.ts'
import { mutate } from './mutate.ts'
import { Random } from './random.ts'
import { TARGETS } from './targets.ts'

/** Entries of all targets, and their characters: a corpus that grows without end is read by nobody. */
const ENTRIES_MAX = 300
const CHARS_MAX = 200_000

describe.each(TARGETS)('$name', (target) => {
  const known = [...target.seeds, ...readCorpus(target.name)]

  test('holds for every input of its corpus', () => {
    expect(readCorpus(target.name).length).toBeGreaterThan(0)
    for (const input of known) target.run(input)
  })

  test('holds for any text, and for what becomes of its corpus by chance', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => target.run(text)))
    const mutated = fc
      .tuple(fc.constantFrom(...known), fc.nat())
      .map(([input, seed]) =>
        mutate(input, new Random(seed), { inputs: known, words: target.words }),
      )
    fc.assert(
      fc.property(mutated, (input) => target.run(input)),
      { numRuns: 500 },
    )
  })
})

test('the corpus stays small', () => {
  const all = TARGETS.flatMap(({ name }) => readCorpus(name))
  expect(all.length).toBeLessThanOrEqual(ENTRIES_MAX)
  expect(all.join('').length).toBeLessThanOrEqual(CHARS_MAX)
})
