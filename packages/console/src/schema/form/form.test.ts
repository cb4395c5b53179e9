import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkValue } from '../check/check-value.ts'
import { isObject, JsonNumber, memberOf, type Json } from '../exact/json.ts'
import { pointerOf, setAt, valueAt, type Path } from '../exact/path.ts'
import { fromPlain, writeJson } from '../exact/write-json.ts'
import { createDocument } from '../resolve/document.ts'
import { anySchema } from '../testing.ts'
import { fieldOf } from './field-of.ts'
import { reduceForm, startForm, type FormAction } from './form-state.ts'
import { initialArguments, initialValue } from './initial-value.ts'
import { paramHeaders } from './param-headers.ts'
import type { Field, Shape } from './shape.ts'
import { withoutSecrets } from './without-secrets.ts'

function field(schema: unknown, value?: unknown, choices = new Map<string, number>()): Field {
  const read = value === undefined ? undefined : fromPlain(value)
  return fieldOf({ document: createDocument(schema), path: [], value: read, choices }, [schema])
}

function members(shape: Shape): string[] {
  if (shape.kind !== 'object') return [`not an object: ${shape.kind}`]
  return shape.members.map(({ name, required }) => `${name}${required ? '!' : ''}`)
}

describe('a schema becomes the field that edits it', () => {
  test.each([
    [{ type: 'string' }, 'text'],
    [{ type: 'string', format: 'binary' }, 'file'],
    [{ type: 'string', contentEncoding: 'base64' }, 'file'],
    [{ type: 'integer' }, 'number'],
    [{ allOf: [{ type: 'number' }, { type: 'integer' }] }, 'number'],
    [{ type: 'boolean' }, 'boolean'],
    [{ type: 'null' }, 'fixed'],
    [{ const: 'x' }, 'fixed'],
    [{ enum: ['a', 'b'] }, 'choice'],
    [
      {
        oneOf: [
          { const: 1, title: 'One' },
          { const: 2, title: 'Two' },
        ],
      },
      'choice',
    ],
    [{ type: ['string', 'null'] }, 'union'],
    [{ type: 'string', nullable: true }, 'union'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'union'],
    [{ properties: { a: {} } }, 'object'],
    [{ items: {} }, 'array'],
    [{}, 'any'],
    [true, 'any'],
    [false, 'never'],
    [{ allOf: [{ type: 'string' }, { type: 'number' }] }, 'never'],
    [{ enum: ['a', 'b'], const: 'c' }, 'never'],
    [{ $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } }, 'any'],
  ])('%j', (schema, kind) => {
    expect(field(schema).shape.kind).toBe(kind)
  })
})

test('allOf and references are one object, with what any of them requires', () => {
  const schema = {
    $defs: { base: { properties: { id: { type: 'string' } }, required: ['id'] } },
    allOf: [{ $ref: '#/$defs/base' }, { properties: { id: { minLength: 3 }, name: {} } }],
  }
  const { shape } = field(schema)
  expect(members(shape)).toEqual(['id!', 'name'])
  const [id] = shape.kind === 'object' ? shape.members : []
  expect(id?.schemas).toEqual([{ type: 'string' }, { minLength: 3 }])
})

test('a condition shows what holds for the value', () => {
  const schema = {
    properties: { by: { enum: ['phone', 'mail'] } },
    if: { properties: { by: { const: 'phone' } }, required: ['by'] },
    // oxlint-disable-next-line unicorn/no-thenable -- a JSON Schema keyword
    then: { properties: { number: { type: 'string' } }, required: ['number'] },
    else: { properties: { address: { type: 'string' } } },
  }
  expect(members(field(schema, { by: 'phone' }).shape)).toEqual(['by', 'number!'])
  expect(members(field(schema, { by: 'mail' }).shape)).toEqual(['by', 'address'])
})

test('variants are named by what tells them apart, and the one that fits is shown', () => {
  const shape = (kind: string) => ({
    type: 'object',
    properties: { kind: { const: kind }, [kind]: {} },
    required: ['kind'],
  })
  const schema = { oneOf: [shape('circle'), shape('square')] }
  const first = field(schema).shape
  expect(first.kind === 'union' && first.variants.map(({ label }) => label)).toEqual([
    'circle',
    'square',
  ])
  const other = field(schema, { kind: 'square' }).shape
  expect(other.kind === 'union' && other.chosen).toBe(1)
  expect(other.kind === 'union' && members(other.inner.shape)).toEqual(['kind!', 'square'])
  const picked = field(schema, { kind: 'square' }, new Map([['#oneOf', 0]])).shape
  expect(picked.kind === 'union' && picked.chosen).toBe(0)
})

test('a tree of itself is opened one level at a time', () => {
  const schema = {
    $defs: {
      node: {
        type: 'object',
        properties: { children: { type: 'array', items: { $ref: '#/$defs/node' } } },
        required: ['children'],
      },
    },
    $ref: '#/$defs/node',
  }
  const { shape } = field(schema)
  expect(members(shape)).toEqual(['children!'])
  expect(writeJson(initialArguments(createDocument(schema)), 0)).toBe('{"children":[]}')
})

test('what is not checked here is said', () => {
  const { notes } = field({
    type: 'string',
    unevaluatedItems: false,
    format: 'iri',
    madeUp: 1,
    $ref: 'https://x.example/s',
  })
  expect(notes.map(({ code, keyword }) => `${code} ${keyword}`)).toEqual([
    'not_followed $ref',
    'unchecked_keyword unevaluatedItems',
    'unchecked_keyword madeUp',
    'unchecked_format format',
  ])
})

test('only required members that have one value or a default are there at the start', () => {
  const schema = {
    type: 'object',
    properties: {
      optional: { type: 'string', default: 'not sent' },
      kept: { type: 'number', default: 5 },
      fixed: { const: 'v1' },
      text: { type: 'string' },
      inner: {
        type: 'object',
        properties: { a: { const: 1 }, b: { type: 'string', default: 'x' } },
        required: ['a'],
      },
    },
    required: ['kept', 'fixed', 'text', 'inner'],
  }
  expect(writeJson(initialArguments(createDocument(schema)), 0)).toBe(
    '{"kept":5,"fixed":"v1","inner":{"a":1}}',
  )
})

test('mirrored parameters are those that are set, by header name', () => {
  const schema = {
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      n: { type: 'integer', 'x-mcp-header': 'N' },
      bad: { 'x-mcp-header': 'a b' },
    },
  }
  const value: Json = { region: 'eu', n: new JsonNumber('12345678901234567890'), bad: 'x' }
  expect(paramHeaders(createDocument(schema), value)).toEqual({
    Region: 'eu',
    N: '12345678901234567890',
  })
  expect(paramHeaders(createDocument(schema), {})).toEqual({})
})

test('what the schema calls secret is left out of what is shared', () => {
  const schema = {
    properties: { user: {}, pass: { format: 'password' }, key: { writeOnly: true } },
  }
  const value: Json = { user: 'u', pass: 'p', key: 'k', other: 'o' }
  expect(withoutSecrets(createDocument(schema), value)).toEqual({ user: 'u', other: 'o' })
})

test('any JSON is a schema: reading fields never throws, level by level', () => {
  fc.assert(
    fc.property(anySchema, fc.jsonValue(), (schema, value) => {
      const document = createDocument(schema)
      let read = 0
      const walk = (schemas: readonly unknown[], at: Json | undefined, path: Path): void => {
        read += 1
        if (read > 60) return
        const { shape } = fieldOf({ document, path, value: at, choices: new Map() }, schemas)
        const object = shape.kind === 'union' ? shape.inner.shape : shape
        if (object.kind !== 'object') return
        for (const { name, schemas: inner } of object.members) {
          walk(inner, isObject(at) ? memberOf(at, name) : undefined, [...path, name])
        }
      }
      walk([schema], fromPlain(value), [])
      expect(isObject(initialArguments(document))).toBe(true)
      initialValue(document, [schema])
      paramHeaders(document, fromPlain(value) ?? null)
    }),
    { numRuns: 300 },
  )
})

test('a deep, circular or megabyte schema is read in bounded time', () => {
  let deep: unknown = { type: 'string' }
  for (let level = 0; level < 1_000; level += 1)
    deep = { oneOf: [{ properties: { a: deep } }, { allOf: [deep] }] }
  const wide = {
    properties: Object.fromEntries(
      Array.from({ length: 20_000 }, (_, index) => [
        `p${index}`,
        { type: 'string', description: 'x'.repeat(30) },
      ]),
    ),
  }
  const twins = {
    $defs: {
      a: {
        required: ['x', 'y'],
        properties: { x: { $ref: '#/$defs/a' }, y: { $ref: '#/$defs/a' } },
      },
    },
    $ref: '#/$defs/a',
  }
  for (const schema of [deep, wide, twins]) {
    field(schema, { a: { a: 1 } })
    initialArguments(createDocument(schema))
  }
  expect(members(field(wide).shape)).toHaveLength(20_000)
})

const action: fc.Arbitrary<FormAction> = fc
  .letrec<{ path: Path }>(() => ({
    path: fc.oneof(
      fc.constantFrom<Path>(['list', 0], ['list', 1], ['list', 0, 'a'], ['list', 2, 'a']),
      fc.constantFrom<Path>(['name'], ['map'], ['map', 'k'], ['map', '__proto__']),
    ),
  }))
  .path.chain((path): fc.Arbitrary<FormAction> => {
    const value = fc.jsonValue({ maxDepth: 2 }).map((plain) => fromPlain(plain) ?? null)
    return fc.oneof(
      value.map((value): FormAction => ({ do: 'set', path, value })),
      fc.constant<FormAction>({ do: 'clear', path }),
      fc.string().map((text): FormAction => ({ do: 'draft', path, text })),
      value.map((value): FormAction => ({
        do: 'choose',
        path,
        key: `${pointerOf(path)}#oneOf`,
        index: 1,
        value,
      })),
      fc.constant<FormAction>({ do: 'rename', path: ['map'], from: 'k', to: 'l' }),
      fc.constant<FormAction>({ do: 'open_raw' }),
      fc.oneof(fc.string(), fc.json()).map((text): FormAction => ({ do: 'edit_raw', text })),
      fc.constant<FormAction>({ do: 'close_raw' }),
    )
  })

test('after anything a person does, the arguments are an object that can be sent, and old states are untouched', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
      let state = startForm({})
      for (const next of actions) {
        const before = writeJson(state.value)
        const reached = reduceForm(state, next)
        expect(writeJson(state.value)).toBe(before)
        state = reached
        expect(isObject(state.value)).toBe(true)
        JSON.parse(writeJson(state.value))
      }
    }),
    { numRuns: 200 },
  )
})

test('an optional value that was set and cleared is absent again', () => {
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), (name, plain) => {
      const start = startForm({ other: 'stays' })
      const value = fromPlain(plain) ?? null
      const set = reduceForm(start, { do: 'set', path: [name], value })
      const cleared = reduceForm(set, { do: 'clear', path: [name] })
      expect(Object.hasOwn(cleared.value, name)).toBe(false)
    }),
  )
})

test('text that is no value stays where its item goes when an earlier item is removed', () => {
  let state = startForm({ list: ['a', 'b', 'c'] })
  state = reduceForm(state, { do: 'draft', path: ['list', 2], text: '12x' })
  state = reduceForm(state, {
    do: 'choose',
    path: ['list', 1],
    key: '/list/1#oneOf',
    index: 2,
    value: 'b',
  })
  state = reduceForm(state, { do: 'clear', path: ['list', 0] })
  expect(writeJson(state.value, 0)).toBe('{"list":["b",null]}')
  expect([...state.drafts]).toEqual([['/list/1', '12x']])
  expect([...state.choices]).toEqual([['/list/0#oneOf', 2]])
})

test('raw text that is no object is kept with its fault, and the value stays', () => {
  const start = startForm({ a: 'b' })
  const open = reduceForm(start, { do: 'open_raw' })
  const broken = reduceForm(open, { do: 'edit_raw', text: '{"a":' })
  expect(broken.value).toBe(start.value)
  expect(reduceForm(broken, { do: 'close_raw' }).raw?.fault).toMatchObject({ code: 'syntax' })
  const list = reduceForm(open, { do: 'edit_raw', text: '[1]' })
  expect(list.raw?.fault).toEqual({ code: 'no_object' })
  const mended = reduceForm(broken, { do: 'edit_raw', text: '{"a":12345678901234567890}' })
  expect(writeJson(reduceForm(mended, { do: 'close_raw' }).value, 0)).toBe(
    '{"a":12345678901234567890}',
  )
})

test('a chosen variant is the one whose faults are shown', () => {
  const schema = {
    oneOf: [
      { type: 'object', required: ['a'] },
      { type: 'object', required: ['b', 'c'] },
    ],
  }
  const value = setAt(undefined, ['x'], 'y')
  const at = (choices: ReadonlyMap<string, number>): string[] =>
    checkValue(createDocument(schema), schema, value, { choices }).issues.map(({ path }) =>
      pointerOf(path),
    )
  expect(at(new Map())).toEqual(['/a'])
  expect(at(new Map([['#oneOf', 1]]))).toEqual(['/b', '/c'])
  expect(valueAt(value, ['x'])).toBe('y')
})
