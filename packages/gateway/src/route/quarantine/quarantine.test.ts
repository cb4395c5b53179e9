import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { quarantineReason } from './quarantine.ts'
import { SCHEMA_CHARS_MAX, SCHEMA_DEPTH_MAX } from './schema-fault.ts'

const tool = (inputSchema: unknown, more: object = {}): string =>
  JSON.stringify({ name: 'echo', inputSchema, ...more })
const reasonOf = (inputSchema: unknown, more: object = {}): string | null =>
  quarantineReason(tool(inputSchema, more))

const nested = (levels: number): object =>
  levels === 0 ? {} : { type: 'object', properties: { a: nested(levels - 1) } }

test.each<[string, unknown]>([
  ['nothing but its type', { type: 'object' }],
  [
    'the keywords of 2020-12',
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'https://example.com/tool',
      $defs: {
        address: { $anchor: 'addr', type: 'object', properties: { street: { type: 'string' } } },
      },
      type: 'object',
      properties: { to: { $ref: '#/$defs/address' }, from: { $ref: '#addr' } },
      anyOf: [{ required: ['to'] }, { required: ['from'] }],
      additionalProperties: false,
    },
  ],
  [
    'a schema that stands in it by its own id',
    {
      type: 'object',
      $defs: { unit: { $id: 'https://example.com/unit', enum: ['m', 'ft'] } },
      properties: { unit: { $ref: 'https://example.com/unit' } },
    },
  ],
  [
    'a tree, which goes on as long as the value does',
    {
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#' } } },
    },
  ],
  [
    'an argument that is called $ref, and data that look like one',
    {
      type: 'object',
      properties: { $ref: { type: 'string', default: { $ref: 'https://example.com' } } },
      enum: [{ $ref: 'file:///etc/passwd' }],
    },
  ],
  [
    'a mirrored argument',
    { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } },
  ],
])('a tool with %s is shown', (_what, schema) => {
  expect(reasonOf(schema)).toBeNull()
})

test.each<[string, unknown, RegExp]>([
  ['no schema', undefined, /no inputSchema/],
  ['null', null, /not a JSON object/],
  ['a list', [], /not a JSON object/],
  ['another type', { type: 'string' }, /not of the type object/],
  ['no type', { properties: {} }, /not of the type object/],
  ['a type that nobody knows', { type: 'object', properties: { a: { type: 'Number' } } }, /`type`/],
  ['properties that are none', { type: 'object', properties: [] }, /`properties`/],
  ['a property that is no schema', { type: 'object', properties: { a: 'string' } }, /`properties`/],
  ['required that is no list', { type: 'object', required: 'a' }, /`required`/],
  [
    'a network reference',
    { type: 'object', properties: { a: { $ref: 'https://evil.example/a.json' } } },
    /outside/,
  ],
  ['a file reference', { type: 'object', $defs: { a: { $ref: 'file:///etc/passwd' } } }, /outside/],
  [
    'a relative reference',
    { type: 'object', $id: 'https://example.com/a', items: { $ref: 'b.json' } },
    /outside/,
  ],
  [
    'a reference in a keyword that nobody knows',
    { type: 'object', 'x-more': [{ $ref: '//h/x' }] },
    /outside/,
  ],
  [
    'a reference to nothing',
    { type: 'object', properties: { a: { $ref: '#/$defs/none' } } },
    /nothing/,
  ],
  [
    'a pointer that is none',
    { type: 'object', properties: { a: { $ref: '#/%E0%A4%A' } } },
    /nothing/,
  ],
  [
    'a reference that is no text',
    { type: 'object', properties: { a: { $ref: 5 } } },
    /not a string/,
  ],
  [
    'a circle',
    { type: 'object', $defs: { a: { $ref: '#/$defs/b' }, b: { allOf: [{ $ref: '#/$defs/a' }] } } },
    /circle/,
  ],
  ['itself', { type: 'object', allOf: [{ $ref: '#' }] }, /circle/],
  ['too many levels', nested(SCHEMA_DEPTH_MAX), /deeper/],
  ['too much text', { type: 'object', description: 'x'.repeat(SCHEMA_CHARS_MAX) }, /longer/],
  [
    'a mirrored object',
    { type: 'object', properties: { a: { type: 'object', 'x-mcp-header': 'A' } } },
    /x-mcp-header/,
  ],
])('a tool with %s is kept out, and the reason says why', (_what, schema, reason) => {
  expect(reasonOf(schema)).toMatch(reason)
})

test('references that double at each step are found without writing them out', () => {
  const steps = Array.from({ length: 60 }, (_, at) => [
    `s${at}`,
    { properties: { a: { $ref: `#/$defs/s${at + 1}` }, b: { $ref: `#/$defs/s${at + 1}` } } },
  ])
  const $defs = { ...Object.fromEntries(steps), s60: { type: 'string' } }
  expect(reasonOf({ type: 'object', $defs, allOf: [{ $ref: '#/$defs/s0' }] })).toMatch(/multiply/)
})

test('a chain of references longer than a reader’s stack is found', () => {
  const chain = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, at) => [`s${at}`, { $ref: `#/$defs/s${at + 1}` }]),
  )
  expect(reasonOf({ type: 'object', $defs: { ...chain, s5000: {} } })).toMatch(/chain/)
  const through = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, at) => [`s${at}`, { items: { $ref: `#/$defs/s${at + 1}` } }]),
  )
  const $defs = { ...through, s5000: {} }
  expect(reasonOf({ type: 'object', $defs, properties: { a: { $ref: '#/$defs/s0' } } })).toMatch(
    /multiply/,
  )
})

test.each([
  [{ name: '' }, /no name/],
  [{ name: 5 }, /no name/],
  [{ name: 'a\nb' }, /characters/],
  [{ name: 'x'.repeat(300) }, /longer/],
  [{ description: { en: 'x' } }, /description/],
  [{ annotations: 'none' }, /annotations/],
  [{ outputSchema: 'string' }, /outputSchema/],
  [{ outputSchema: { type: 'array', items: { $ref: 'http://h/x' } } }, /outputSchema: .*outside/],
])('a definition with %j is kept out', (more, reason) => {
  expect(reasonOf({ type: 'object' }, more)).toMatch(reason)
})

test('an output of any type is shown: the modern revision allows it', () => {
  expect(reasonOf({ type: 'object' }, { outputSchema: { type: 'array', items: {} } })).toBeNull()
})

test('any JSON at all gets a verdict', () => {
  const keys = fc.constantFrom(
    '$ref',
    'properties',
    'allOf',
    '$defs',
    'items',
    'type',
    '$id',
    'x',
    '__proto__',
  )
  const { schema } = fc.letrec((tie) => ({
    schema: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom('#', '#/$defs/x', '#/allOf/0', 'object', '', null, true, 7),
      fc.dictionary(keys, tie('schema'), { maxKeys: 4 }),
      fc.array(tie('schema'), { maxLength: 3 }),
    ),
  }))
  fc.assert(
    fc.property(schema, fc.anything(), (inputSchema, more) => {
      const text = JSON.stringify(
        { name: 'x', inputSchema, outputSchema: inputSchema, more },
        (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
      )
      const reason = quarantineReason(text)
      expect(reason === null || reason.endsWith('.')).toBe(true)
    }),
  )
})
