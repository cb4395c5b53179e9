import { expect, test } from 'vitest'
import { parseArguments } from './arguments.ts'

test('a value that is JSON is taken as JSON, anything else as text', () => {
  const pairs = ['a=2', 'b=two', 'c=[1]', 'd=x=y', 'e=', 'f="2"', 'g=true']
  expect(parseArguments(pairs, undefined)).toEqual({
    a: 2,
    b: 'two',
    c: [1],
    d: 'x=y',
    e: '',
    f: '2',
    g: true,
  })
})

test('single arguments stand on top of the JSON object', () => {
  expect(parseArguments(['a=2'], '{"a":1,"b":1}')).toEqual({ a: 2, b: 1 })
})

test('what is no argument is refused with how to write one', () => {
  expect(() => parseArguments(['nothing'], undefined)).toThrow(/--arg wants name=value/)
  expect(() => parseArguments([], '[1]')).toThrow(/--input wants a JSON object/)
  expect(() => parseArguments([], '{')).toThrow(/--input wants a JSON object/)
})
