import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { paramHeadersOf, paramMismatch, readParamHeaders } from './param-headers.ts'

const region = { type: 'string', 'x-mcp-header': 'Region' }

function read(schema: unknown): ReturnType<typeof readParamHeaders> {
  return readParamHeaders(JSON.stringify(schema))
}

function headersOf(schema: unknown) {
  const found = read(schema)
  if (found.kind === 'invalid') throw new Error(found.reason)
  return found.headers
}

describe('annotations', () => {
  test('are read along properties alone, however deep', () => {
    expect(
      read({
        type: 'object',
        properties: {
          region,
          query: { type: 'string' },
          where: {
            type: 'object',
            properties: { limit: { type: 'integer', 'x-mcp-header': 'LIMIT' } },
          },
        },
      }),
    ).toEqual({
      kind: 'valid',
      headers: [
        { header: 'mcp-param-region', path: ['region'] },
        { header: 'mcp-param-limit', path: ['where', 'limit'] },
      ],
    })
  })

  test.each([
    ['an empty name', { properties: { a: { type: 'string', 'x-mcp-header': '' } } }],
    ['a blank', { properties: { a: { type: 'string', 'x-mcp-header': 'My Region' } } }],
    ['a colon', { properties: { a: { type: 'string', 'x-mcp-header': 'Region:' } } }],
    ['a letter beyond ASCII', { properties: { a: { type: 'string', 'x-mcp-header': 'Région' } } }],
    ['a line break', { properties: { a: { type: 'string', 'x-mcp-header': 'A\r\nB' } } }],
    ['no text', { properties: { a: { type: 'string', 'x-mcp-header': 7 } } }],
    ['an object', { properties: { a: { type: 'object', 'x-mcp-header': 'A' } } }],
    ['an array', { properties: { a: { type: 'array', 'x-mcp-header': 'A' } } }],
    ['null', { properties: { a: { type: 'null', 'x-mcp-header': 'A' } } }],
    ['a number', { properties: { a: { type: 'number', 'x-mcp-header': 'A' } } }],
    ['no type', { properties: { a: { 'x-mcp-header': 'A' } } }],
    ['several types', { properties: { a: { type: ['string', 'null'], 'x-mcp-header': 'A' } } }],
    ['the root', { type: 'string', 'x-mcp-header': 'A' }],
    [
      'the same name twice, in any case',
      { properties: { a: region, b: { ...region, 'x-mcp-header': 'REGION' } } },
    ],
    ['items', { properties: { a: { type: 'array', items: region } } }],
    ['prefixItems', { properties: { a: { type: 'array', prefixItems: [region] } } }],
    ['additionalProperties', { additionalProperties: region }],
    ['patternProperties', { patternProperties: { '^a': region } }],
    ['oneOf', { oneOf: [{ properties: { a: region } }] }],
    ['allOf', { allOf: [region] }],
    ['not', { not: { properties: { a: region } } }],
    ['if', { if: { properties: { a: region } } }],
    ['$defs', { $defs: { place: region }, properties: { a: { $ref: '#/$defs/place' } } }],
    ['a keyword that nobody knows', { 'x-more': { properties: { a: region } } }],
  ])('with or under %s make the tool invalid', (_what, schema) => {
    expect(read(schema)).toMatchObject({ kind: 'invalid' })
  })

  test('are not what stands in values or what a property is called', () => {
    expect(
      read({
        properties: { 'x-mcp-header': { type: 'string' }, a: { default: region, enum: [region] } },
        $defs: { 'x-mcp-header': { type: 'string' } },
        examples: [region],
      }),
    ).toEqual({ kind: 'valid', headers: [] })
  })

  test('are found behind escapes too', () => {
    const text = '{"properties":{"a":{"type":"string","x-mcp\\u002dheader":"A"}}}'
    expect(readParamHeaders(text)).toMatchObject({ headers: [{ header: 'mcp-param-a' }] })
  })

  test('of any JSON are read or refused, never a crash', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(['valid', 'invalid']).toContain(read(value).kind)
      }),
    )
  })
})

describe('headers', () => {
  const schema = {
    properties: {
      s: { type: 'string', 'x-mcp-header': 'S' },
      i: { type: 'integer', 'x-mcp-header': 'I' },
      b: { type: 'boolean', 'x-mcp-header': 'B' },
      deep: { properties: { s: { type: 'string', 'x-mcp-header': 'Deep' } } },
    },
  }
  const declared = headersOf(schema)

  test.each([
    ['us-west1', 'us-west1'],
    ['Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='],
    [' padded ', '=?base64?IHBhZGRlZCA=?='],
    ['line1\nline2', '=?base64?bGluZTEKbGluZTI=?='],
    ['=?base64?literal?=', '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?='],
  ])('carry %j as the specification writes it', (value, header) => {
    expect(paramHeadersOf(declared, JSON.stringify({ s: value }))).toEqual({
      'mcp-param-s': header,
    })
  })

  test('mirror what is there: null, absence and what has no text have none', () => {
    const call = { s: null, i: -7, b: false, deep: { s: 'x' } }
    expect(paramHeadersOf(declared, JSON.stringify(call))).toEqual({
      'mcp-param-i': '-7',
      'mcp-param-b': 'false',
      'mcp-param-deep': 'x',
    })
    expect(paramHeadersOf(declared, undefined)).toEqual({})
    expect(paramHeadersOf(declared, '{"i":9007199254740993,"s":{},"deep":"no object"}')).toEqual({})
  })

  test('that we write for any arguments are the ones that we accept', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.maxSafeInteger(), fc.boolean())
    const record = fc.record(
      { s: value, i: value, b: value, deep: fc.record({ s: value }), other: fc.jsonValue() },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(record, (call) => {
        const text = JSON.stringify(call)
        const headers = paramHeadersOf(declared, text)
        expect(paramMismatch(declared, text, headers)).toBeUndefined()
        for (const name of Object.keys(headers)) {
          const { [name]: _gone, ...others } = headers
          expect(paramMismatch(declared, text, others)).toContain('is missing')
          expect(
            paramMismatch(declared, text, { ...headers, [name]: 'no such value' }),
          ).toBeDefined()
        }
      }),
    )
  })

  test('are compared as numbers where the body has one, and as text where it has none', () => {
    const says = (headers: Record<string, string>, body: string) =>
      paramMismatch(declared, body, headers)
    expect(says({ 'mcp-param-i': '42.0' }, '{"i":42}')).toBeUndefined()
    expect(says({ 'mcp-param-i': '42' }, '{"i":42.0}')).toBeUndefined()
    expect(says({ 'mcp-param-i': '' }, '{"i":0}')).toContain('differ')
    expect(says({ 'mcp-param-s': '42.0' }, '{"s":"42"}')).toContain('differ')
    expect(says({ 'mcp-param-b': 'TRUE' }, '{"b":true}')).toContain('differ')
  })

  test('for nothing, in no form of a header, or for a key that stands twice are refused', () => {
    expect(paramMismatch(declared, '{}', { 'mcp-param-s': 'x' })).toContain('does not have')
    expect(paramMismatch(declared, undefined, { 'mcp-param-s': 'x' })).toContain('does not have')
    expect(paramMismatch(declared, '{"s":"é"}', { 'mcp-param-s': 'é' })).toContain('characters')
    expect(paramMismatch(declared, '{"s":"x"}', { 'mcp-param-s': '=?base64?!?=' })).toBeDefined()
    expect(paramMismatch(declared, '{"s":"x","s":"y"}', { 'mcp-param-s': 'x' })).toContain('twice')
    expect(paramMismatch(declared, '{"s":"x"}', { 'mcp-param-s': ['x', 'x'] })).toContain('differ')
  })
})
