import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visibleJson } from '../hidden-text.ts'
import { outlineOf } from './schema-outline.ts'

/** Any code point: cheaper to make than fast-check's tables of graphemes. */
const anyPoint = fc.nat(0x10ffff).map((point) => String.fromCodePoint(point))

test('any value has an outline, and it never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.record({ properties: fc.object() })), (schema) => {
      for (const argument of outlineOf(schema)) expect(typeof argument.type).toBe('string')
    }),
  )
})

test('arguments are named with their type, and whether they are required', () => {
  const outline = outlineOf({
    required: ['city'],
    properties: {
      city: { type: 'string', description: 'Where.' },
      days: { type: ['integer', 'null'] },
      at: { type: 'string', format: 'date-time' },
      units: { enum: ['C', 'F'] },
      tags: { type: 'array', items: { type: 'string' } },
      shape: { oneOf: [] },
      free: true,
    },
  })
  expect(outline.map(({ name, type }) => `${name}: ${type}`)).toEqual([
    'city: string',
    'days: integer or null',
    'at: string (date-time)',
    'units: one of a list',
    'tags: array of string',
    'shape: a combination',
    'free: any',
  ])
  expect(outline.filter(({ required }) => required).map(({ name }) => name)).toEqual(['city'])
  expect(outline[0]?.description).toBe('Where.')
})

test('JSON with hidden characters written out is still the same JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: anyPoint }), (value) => {
      const text = visibleJson(value)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(text).not.toMatch(/[\u200b-\u200f\u202a-\u202e]/)
    }),
  )
})
