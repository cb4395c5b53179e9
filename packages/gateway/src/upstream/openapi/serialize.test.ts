import type { OpenApiStyle } from '@mcp-orchestra/api/openapi-catalog'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readValue } from './argument-value.ts'
import {
  escapeAllowingReserved,
  escapeComponent,
  serializePairs,
  serializeWhole,
} from './serialize.ts'

const read = (value: unknown) => {
  const text = JSON.stringify(value)
  return readValue(text, { start: 0, end: text.length })
}

const EMPTY = ''
const TEXT = 'blue'
const LIST = ['blue', 'black', 'brown']
const MAP = { R: 100, G: 200, B: 150 }

/** The table of examples of OpenAPI 3.1.1 §4.8.12.4, row by row. */
const WHOLE: [OpenApiStyle, boolean, string, string, string, string][] = [
  ['matrix', false, ';color', ';color=blue', ';color=blue,black,brown', ';color=R,100,G,200,B,150'],
  [
    'matrix',
    true,
    ';color',
    ';color=blue',
    ';color=blue;color=black;color=brown',
    ';R=100;G=200;B=150',
  ],
  ['label', false, '.', '.blue', '.blue,black,brown', '.R,100,G,200,B,150'],
  ['label', true, '.', '.blue', '.blue.black.brown', '.R=100.G=200.B=150'],
  ['simple', false, '', 'blue', 'blue,black,brown', 'R,100,G,200,B,150'],
  ['simple', true, '', 'blue', 'blue,black,brown', 'R=100,G=200,B=150'],
]
const PAIRS: [OpenApiStyle, boolean, string | null, string | null, string | null, string | null][] =
  [
    ['form', false, 'color=', 'color=blue', 'color=blue,black,brown', 'color=R,100,G,200,B,150'],
    [
      'form',
      true,
      'color=',
      'color=blue',
      'color=blue&color=black&color=brown',
      'R=100&G=200&B=150',
    ],
    [
      'spaceDelimited',
      false,
      null,
      null,
      'color=blue%20black%20brown',
      'color=R%20100%20G%20200%20B%20150',
    ],
    [
      'pipeDelimited',
      false,
      null,
      null,
      'color=blue%7Cblack%7Cbrown',
      'color=R%7C100%7CG%7C200%7CB%7C150',
    ],
    ['deepObject', true, null, null, null, 'color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150'],
  ]

describe('styles are those of the specification', () => {
  test.each(WHOLE)('%s, explode %s', (style, explode, empty, text, list, map) => {
    const write = (value: unknown) =>
      serializeWhole({ style, explode, name: 'color' }, read(value), escapeComponent)
    expect([EMPTY, TEXT, LIST, MAP].map(write)).toEqual([empty, text, list, map])
  })

  test.each(PAIRS)('%s, explode %s', (style, explode, empty, text, list, map) => {
    const write = (value: unknown) =>
      serializePairs({ style, explode, name: 'color' }, read(value), escapeComponent).join('&')
    const expected = [empty, text, list, map]
    const written = [EMPTY, TEXT, LIST, MAP].map((value, index) =>
      expected[index] === null ? null : write(value),
    )
    expect(written).toEqual(expected)
  })

  test('an object within an object is written by its whole path', () => {
    const value = read({ a: { b: 'x y' }, c: null, d: [1, 2] })
    expect(serializePairs({ style: 'deepObject', explode: true, name: 'f' }, value, escapeComponent)).toEqual([
      'f%5Ba%5D%5Bb%5D=x%20y',
      'f%5Bd%5D=1',
      'f%5Bd%5D=2',
    ]) // prettier-ignore
  })
})

test('numbers keep the digits that the caller wrote', () => {
  const text = '{"a":12345678901234567890,"b":1.50}'
  const value = readValue(text, { start: 0, end: text.length })
  expect(
    serializePairs({ style: 'form', explode: true, name: 'n' }, value, escapeComponent),
  ).toEqual(['a=12345678901234567890', 'b=1.50'])
})

test('whatever a value is, a query reads back what was written, and nothing else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (value, reserved) => {
      const escape = reserved ? escapeAllowingReserved : escapeComponent
      const [pair = ''] = serializePairs(
        { style: 'form', explode: true, name: 'q[]' },
        read(value),
        escape,
      )
      expect([...new URL(`http://h/?${pair}`).searchParams]).toEqual([['q[]', value]])
    }),
  )
})
