import { expect, test } from 'vitest'
import { LastWords } from './last-words.ts'

test('the sentence of the last fatal record explains a death, whatever came after it', () => {
  const words = new LastWords()
  words.hear('{"level":30,"msg":"starting"}')
  words.hear('{"level":60,"msg":"The database is older than 15."}')
  words.hear('    at main.ts:3:1')
  expect(words.sentence()).toBe('The database is older than 15.')
})

test('without a fatal record the error of a crash does, not the stack and version after it', () => {
  const words = new LastWords()
  for (const line of [
    'throw new X',
    '',
    'TypeError: boom',
    '    at a.js:1',
    '',
    'Node.js v24.21.0',
  ]) {
    words.hear(line)
  }
  expect(words.sentence()).toBe('TypeError: boom')
})

test('without either the last line that says something does', () => {
  const words = new LastWords()
  words.hear('cannot go on')
  words.hear('  ')
  expect(words.sentence()).toBe('cannot go on')
})

test('a process that was killed in the middle of its work leaves no sentence', () => {
  const words = new LastWords()
  words.hear('{"level":30,"msg":"started"}')
  expect(words.sentence()).toBeUndefined()
})

test('a process that said nothing leaves no sentence', () => {
  expect(new LastWords().sentence()).toBeUndefined()
})

test('only the end is kept', () => {
  const words = new LastWords()
  words.hear('{"level":60,"msg":"long ago"}')
  for (let line = 0; line < 40; line += 1) words.hear(`line ${line}`)
  expect(words.sentence()).toBe('line 39')
})
