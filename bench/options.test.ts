import { expect, test } from 'vitest'
import { BadOptions, parseOptions } from './options.ts'
import { SUBJECT_NAMES } from './subjects/subject.ts'

test('without options everything is measured and written down', () => {
  const options = parseOptions([])
  expect(options.parts).toEqual(['path', 'money', 'streams', 'large', 'start'])
  expect(options.subjects).toEqual(SUBJECT_NAMES)
  expect(options.plan.clients).toEqual([1, 32, 256])
  expect(options.writesDocs).toBe(true)
})

test('a quick look or a part of the bench replaces no published figures', () => {
  for (const args of [['--quick'], ['--only', 'money'], ['--subjects', 'nginx,free']]) {
    expect(parseOptions(args).writesDocs).toBe(false)
  }
})

test.each([
  [['--only', 'everything'], '"everything"'],
  [['--subjects', 'apache'], '"apache"'],
  [['--rounds', 'many'], '--rounds'],
  [['--clients', '0'], '--clients'],
  [['--what'], '--what'],
])('%j is refused with a sentence', (args, word) => {
  expect(() => parseOptions(args)).toThrow(BadOptions)
  expect(() => parseOptions(args)).toThrow(word)
})
