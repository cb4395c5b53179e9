import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../exact/json.ts'
import { parseJson } from '../exact/parse-json.ts'
import { pointerOf } from '../exact/path.ts'
import { fromPlain } from '../exact/write-json.ts'
import { createDocument } from '../resolve/document.ts'
import { anySchema } from '../testing.ts'
import { checkValue } from './check-value.ts'

function faults(schema: unknown, value: unknown): string[] {
  return faultsOf(schema, fromPlain(value) ?? null)
}

function faultsOf(schema: unknown, value: Json): string[] {
  const { issues } = checkValue(createDocument(schema), schema, value)
  return issues.map(({ path, code }) => `${pointerOf(path)} ${code}`)
}

function exact(text: string): Json {
  const parsed = parseJson(text)
  return parsed.ok ? parsed.value : null
}

describe('each keyword finds its fault, at the field', () => {
  const address = {
    type: 'object',
    required: ['zip'],
    properties: { zip: { type: 'string', pattern: '^\\d{5}$' } },
  }
  test.each([
    [{ type: 'string' }, 1, [' wrong_type']],
    [{ type: ['string', 'null'] }, null, []],
    [{ type: 'integer' }, 1.5, [' wrong_type']],
    [{ type: 'string', nullable: true }, null, []],
    [{ enum: [1, 'a', { b: [1] }] }, { b: [1] }, []],
    [{ enum: ['a'] }, 'b', [' not_allowed']],
    [{ const: 3 }, 4, [' not_allowed']],
    [{ properties: { home: address } }, { home: {} }, ['/home/zip required']],
    [{ properties: { home: address } }, { home: { zip: '1' } }, ['/home/zip pattern']],
    [{ additionalProperties: false, properties: { a: {} } }, { a: 1, b: 2 }, ['/b unknown_name']],
    [
      { patternProperties: { '^x': { type: 'string' } }, additionalProperties: { type: 'number' } },
      { x1: 1, y: 'a' },
      ['/x1 wrong_type', '/y wrong_type'],
    ],
    [{ propertyNames: { maxLength: 1 } }, { ab: 1 }, ['/ab bad_name']],
    [{ minProperties: 1 }, {}, [' too_few_members']],
    [{ dependentRequired: { a: ['b'] } }, { a: 1 }, ['/b required']],
    [{ minLength: 2, maxLength: 3 }, '😀', [' too_short']],
    [{ prefixItems: [{ type: 'string' }], items: false }, ['a', 1], ['/1 forbidden']],
    [
      { items: [{ type: 'string' }], additionalItems: { type: 'number' } },
      [1, 'b'],
      ['/0 wrong_type', '/1 wrong_type'],
    ],
    [
      { uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      [' not_unique'],
    ],
    [{ contains: { const: 1 }, minContains: 2 }, [1], [' too_few_items']],
    [{ not: { type: 'string' } }, 'a', [' forbidden']],
    [
      // oxlint-disable-next-line unicorn/no-thenable -- a JSON Schema keyword
      { if: { required: ['a'] }, then: { required: ['b'] }, else: { required: ['c'] } },
      { a: 1 },
      ['/b required'],
    ],
    [
      { allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }] },
      {},
      [' required_one_of'],
    ],
    [{ oneOf: [{ type: 'number' }, { minimum: 0 }] }, 1, [' many_variants']],
    [
      {
        oneOf: [
          { type: 'object', required: ['a'], properties: { k: { const: 'x' } } },
          { type: 'string' },
        ],
      },
      { k: 'x' },
      ['/a required'],
    ],
    [{ exclusiveMinimum: 0, maximum: 10, multipleOf: 0.1 }, 0.3, []],
    [{ minimum: 0, exclusiveMinimum: true }, 0, [' too_small']],
    [{ $ref: '#/$defs/n', $defs: { n: { type: 'number' } } }, 'a', [' wrong_type']],
    [{ $ref: '#here', $defs: { n: { $anchor: 'here', type: 'number' } } }, 'a', [' wrong_type']],
    [{ $ref: 'https://elsewhere.example/x.json' }, 'anything', []],
  ])('%j of %j', (schema, value, expected) => {
    expect(faults(schema, value)).toEqual(expected)
  })
})

test.each([
  ['date', '2024-02-29', '2023-02-29'],
  ['time', '23:59:60Z', '24:00:00Z'],
  ['date-time', '2026-11-22T19:00:00+01:00', '2026-11-22T19:00:00'],
  ['email', 'a@b', 'a b@c'],
  ['uri', 'urn:x:1', 'no scheme'],
  ['uuid', '019391a2-5b6c-7d8e-9f00-112233445566', '019391a2'],
  ['ipv4', '127.0.0.1', '256.0.0.1'],
  ['byte', 'aGk=', 'aGk'],
])('format %s accepts %s and not %s', (format, right, wrong) => {
  expect(faults({ format }, right)).toEqual([])
  expect(faults({ format }, wrong)).toEqual([' format'])
})

test('bounds hold for numbers that a double cannot tell apart', () => {
  expect(faultsOf({ maximum: 9007199254740992 }, exact('9007199254740993'))).toEqual([' too_large'])
  expect(faultsOf({ type: 'integer' }, exact('123456789012345678901234567890'))).toEqual([])
})

test('a schema that never ends is left to the server, in bounded time', () => {
  let deep: unknown = { type: 'string' }
  for (let level = 0; level < 1_000; level += 1) deep = { allOf: [deep], properties: { a: deep } }
  const circle = {
    $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
    $ref: '#/$defs/a',
  }
  const bush = {
    $defs: { a: { anyOf: Array.from({ length: 10 }, () => ({ $ref: '#/$defs/a' })) } },
    $ref: '#/$defs/a',
  }
  for (const schema of [deep, circle, bush]) {
    const findings = checkValue(createDocument(schema), schema, { a: { a: 'x' } })
    expect(findings.complete).toBe(false)
  }
})

test('a circle of references is found at once, and a tree of itself is checked to its leaves', () => {
  const tree = { properties: { children: { items: { $ref: '#' } }, name: { type: 'string' } } }
  const value = { children: [{ children: [{ name: 1 }] }] }
  expect(faults(tree, value)).toEqual(['/children/0/children/0/name wrong_type'])
  const circle = { $ref: '#', minLength: 3 }
  const { issues, complete } = checkValue(createDocument(circle), circle, 'a', { visitsMax: 10 })
  expect([issues.length, complete]).toEqual([1, false])
})

test('a megabyte of enum, patterns and required names is checked or given up, in bounded time', () => {
  const many = Array.from({ length: 60_000 }, (_, index) => `option-${index}`)
  const patterns = Object.fromEntries(many.slice(0, 5_000).map((name) => [`^(${name}|x)+$`, true]))
  const value = Object.fromEntries(many.slice(0, 2_000).map((name) => [name, name]))
  const schema = {
    enum: many,
    required: many,
    patternProperties: patterns,
    additionalProperties: { enum: many },
  }
  const { complete, issues } = checkValue(createDocument(schema), schema, value)
  expect(complete).toBe(false)
  expect(issues.length).toBeLessThanOrEqual(100)
})

test('any JSON is a schema: checking never throws and every issue is at a place', () => {
  fc.assert(
    fc.property(anySchema, fc.jsonValue(), (schema, value) => {
      const { issues } = checkValue(createDocument(schema), schema, fromPlain(value) ?? null)
      for (const { path } of issues) expect(pointerOf(path)).toBeTypeOf('string')
    }),
    { numRuns: 300 },
  )
})
