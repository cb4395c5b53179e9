import { readFileSync } from 'node:fs'
import { OpenApiCatalog } from '@mcp-orchestra/api/openapi-catalog'
import { Problem } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { catalogText, compileDocument, requireKnown, type CompiledDocument } from './compile.ts'
import { readDocument } from './read-document.ts'

/** What a document may take on a machine that is busy with other things, in milliseconds. */
const PATIENCE_MS = 10_000

type Json = Record<string, unknown>

const NOTHING = { credentials: [], headers: [] }

function compile(document: unknown, wish: Partial<Parameters<typeof compileDocument>[1]> = {}) {
  return compileDocument(readDocument(JSON.stringify(document)), { ...NOTHING, ...wish })
}

function documentOf(paths: Json, more: Json = {}): Json {
  return {
    openapi: '3.1.0',
    info: { title: 'T', version: '1' },
    servers: [{ url: 'https://a.example/v1/' }],
    paths,
    ...more,
  }
}

function toolOf(compiled: CompiledDocument, operation: string): Json {
  const found = compiled.operations.find(({ compiled: each }) => each.operation === operation)
  return JSON.parse(found?.compiled.definition ?? '{}') as Json
}

function inputOf(schema: unknown, more: Json = {}): Json {
  const body = { content: { 'application/json': { schema } } }
  const tool = toolOf(
    compile(documentOf({ '/x': { post: { operationId: 'op', requestBody: body } } }, more)),
    'op',
  )
  const { properties } = tool['inputSchema'] as { properties: { body: Json } }
  return properties.body
}

describe('nothing that a document says stops the others', () => {
  test('any JSON is compiled or refused', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        try {
          compileDocument(readDocument(text), NOTHING)
        } catch (error) {
          expect(error).toBeInstanceOf(Problem)
        }
      }),
    )
  })

  test('any JSON in any place of a document is compiled, or that operation is left out', () => {
    const places = fc.constantFrom(
      'pathItem', 'operation', 'parameters', 'parameter', 'schema', 'requestBody', 'content', 'responses', 'security', 'servers', 'schemas', 'info',
    ) // prettier-ignore
    const words = fc.constantFrom('type', '$ref', 'schema', 'properties', 'items', 'allOf', 'enum', 'in', 'name', 'style', 'content', '#/components/schemas/S', 'object', 'query', 'path', '__proto__', 'required') // prettier-ignore
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 5 }, fc.constantFrom(null, true, 1), words, fc.array(tie('any'), { maxLength: 3 }), fc.dictionary(words, tie('any'), { maxKeys: 4 })),
    })).any // prettier-ignore
    fc.assert(
      fc.property(places, value, (place, odd) => {
        const at = (name: string, sound: unknown): unknown => (place === name ? odd : sound)
        const schema = at('schema', { type: 'string' })
        const parameter = at('parameter', { name: 'q', in: 'query', schema })
        const operation = at('operation', {
          operationId: 'op',
          parameters: at('parameters', [parameter]),
          requestBody: at('requestBody', {
            content: at('content', { 'application/json': { schema } }),
          }),
          responses: at('responses', { 200: { content: { 'application/json': { schema } } } }),
          security: at('security', []),
          servers: at('servers', undefined),
        })
        const document = documentOf(
          { '/x': at('pathItem', { post: operation }), '/y': { get: { operationId: 'sound' } } },
          {
            components: { schemas: at('schemas', { S: { $ref: '#/components/schemas/S' } }) },
            info: at('info', {}),
          },
        )
        const compiled = compile(document)
        expect(compiled.operations.map(({ compiled: each }) => each.operation)).toContain('sound')
        OpenApiCatalog.parse(JSON.parse(catalogText(compiled, ['sound', 'op'])))
      }),
      { numRuns: 300 },
    )
  })

  test(
    'references that multiply are bounded, and stay references',
    { timeout: PATIENCE_MS },
    () => {
      const schemas: Json = { L0: { type: 'string' } }
      for (let level = 1; level <= 40; level += 1) {
        const ref = { $ref: `#/components/schemas/L${level - 1}` }
        const properties = Object.fromEntries(
          ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => [name, ref]),
        )
        schemas[`L${level}`] = { type: 'object', properties }
      }
      const schema = inputOf({ $ref: '#/components/schemas/L40' }, { components: { schemas } })
      expect(schema).toEqual({ $ref: '#/$defs/L40' })
    },
  )

  test('chains, circles and webs of references come to an end', { timeout: PATIENCE_MS }, () => {
    const count = 20_000
    const schemas: Json = {}
    for (let index = 0; index < count; index += 1) {
      const to = (step: number) => ({ $ref: `#/components/schemas/S${(index + step) % count}` })
      schemas[`S${index}`] = { type: 'object', properties: { a: to(1), b: to(2), c: to(7) } }
    }
    const paths: Json = { '/sound': { get: { operationId: 'sound' } } }
    for (let index = 0; index < 2_000; index += 1) {
      const content = { 'application/json': { schema: { $ref: `#/components/schemas/S${index}` } } }
      paths[`/p${index}`] = { post: { operationId: `op${index}`, requestBody: { content } } }
    }
    const compiled = compile(documentOf(paths, { components: { schemas } }))
    expect(compiled.operations.length + compiled.leftOut.length).toBe(2_001)
    expect(compiled.operations[0]?.compiled.name).toBe('sound')
  })

  test('a document that nests without end is refused', () => {
    const text = `{"openapi":"3.1.0","paths":{},"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
    expect(() => readDocument(text)).toThrow(/nests deeper/)
    expect(() => readDocument(`openapi: 3.1.0\nx: ${'['.repeat(5_000)}`)).toThrow(Problem)
  })

  test('YAML aliases that multiply are refused', { timeout: PATIENCE_MS }, () => {
    const lines = ['openapi: 3.1.0', 'paths: {}', 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let level = 1; level <= 12; level += 1) {
      const aliases = Array.from({ length: 10 }, () => `*a${level - 1}`)
      lines.push(`a${level}: &a${level} [${aliases.join(', ')}]`)
    }
    expect(() => readDocument(lines.join('\n'))).toThrow(Problem)
  })

  test(
    'ten thousand operations are all looked at; so many are offered only by name',
    { timeout: 2 * PATIENCE_MS },
    () => {
      const paths: Json = {}
      for (let index = 0; index < 10_001; index += 1) paths[`/p${index}`] = { get: {} }
      const compiled = compile(documentOf(paths))
      expect(compiled.operations).toHaveLength(10_000)
      expect(compiled.leftOut).toHaveLength(1)
      const all = compiled.operations.map(({ compiled: each }) => each.operation)
      expect(() => catalogText(compiled, all)).toThrow(/at most 1000/)
      expect(catalogText(compiled, all.slice(0, 1_000)).length).toBeGreaterThan(0)
    },
  )
})

describe('references', () => {
  test.each([
    'https://evil.example/s.json',
    'other.yaml#/X',
    '//evil.example/x',
    'file:///etc/passwd',
  ])('%s is not followed: the operation is left out, with the place named', (ref) => {
    const requestBody = {
      content: { 'application/json': { schema: { properties: { a: { $ref: ref } } } } },
    }
    const paths = {
      '/x': { post: { operationId: 'op', requestBody } },
      '/y': { get: { operationId: 'y' } },
    }
    const compiled = compile(documentOf(paths))
    expect(compiled.operations.map(({ compiled: each }) => each.name)).toEqual(['y'])
    expect(compiled.leftOut[0]?.reason).toContain('leads out of the document')
    expect(compiled.leftOut[0]?.reason).toContain(
      '#/paths/~1x/post/requestBody/content/application/json/schema/properties/a',
    )
    expect(() => requireKnown(compiled, ['op'])).toThrow(/leads out of the document/)
  })

  test('recursive schemas stay definitions of the tool, others are written out', () => {
    const schemas = {
      Node: {
        type: 'object',
        properties: {
          next: { $ref: '#/components/schemas/Node' },
          leaf: { $ref: '#/components/schemas/Leaf' },
        },
      },
      Leaf: { type: 'string' },
    }
    const requestBody = {
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Node' } } },
    }
    const compiled = compile(
      documentOf(
        { '/x': { post: { operationId: 'op', requestBody } } },
        { components: { schemas } },
      ),
    )
    expect(toolOf(compiled, 'op')['inputSchema']).toMatchObject({
      properties: { body: { $ref: '#/$defs/Node' } },
      $defs: { Node: { properties: { next: { $ref: '#/$defs/Node' }, leaf: { type: 'string' } } } },
    })
  })
})

describe('schemas', () => {
  test('keywords of 3.0 become those of JSON Schema 2020-12', () => {
    const schema = {
      type: 'integer',
      nullable: true,
      minimum: 1,
      exclusiveMinimum: true,
      enum: [2, 3],
      example: 2,
    }
    expect(inputOf(schema, { openapi: '3.0.3' })).toEqual({
      type: ['integer', 'null'],
      exclusiveMinimum: 1,
      enum: [2, 3, null],
      examples: [2],
    })
  })

  test('what only the API sets is no argument, what only callers set is no result', () => {
    const schema = {
      type: 'object',
      required: ['id', 'secret'],
      properties: {
        id: { type: 'string', readOnly: true },
        secret: { type: 'string', writeOnly: true },
      },
    }
    const content = { 'application/json': { schema } }
    const operation = {
      operationId: 'op',
      requestBody: { content },
      responses: { 200: { content } },
    }
    const tool = toolOf(compile(documentOf({ '/x': { post: operation } })), 'op')
    expect(tool).toMatchObject({
      inputSchema: { properties: { body: { required: ['secret'], properties: { secret: {} } } } },
      outputSchema: { type: 'object', properties: { id: { type: ['string', 'null'] } } },
    })
    expect(JSON.stringify(tool['inputSchema'])).not.toContain('"id"')
    expect(JSON.stringify(tool['outputSchema'])).not.toContain('"secret"')
  })
})

describe('names', () => {
  test('a name depends on its own operation, not on the order of the document', () => {
    const paths = { '/a': { get: { operationId: 'list.things' } }, '/b': { get: { operationId: 'list things' } }, '/c': { get: { operationId: 'list_things' } }, '/d/{x}': { get: { parameters: [{ name: 'x', in: 'path' }] } } } // prettier-ignore
    const namesOf = (document: Json) =>
      Object.fromEntries(
        compile(document).operations.map(({ compiled: each }) => [each.operation, each.name]),
      )
    const names = namesOf(documentOf(paths))
    const turned = Object.fromEntries(Object.entries(paths).toReversed())
    expect(namesOf(documentOf(turned))).toEqual(names)
    expect(names['list_things']).toBe('list_things')
    expect(names['GET /d/{x}']).toBe('get_d_x')
    expect(new Set(Object.values(names)).size).toBe(4)
  })

  test('names are what model APIs take, whatever ids are', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 120 }), { minLength: 1, maxLength: 8 }),
        (ids) => {
          const paths = Object.fromEntries(
            ids.map((operationId, index) => [`/p${index}`, { get: { operationId } }]),
          )
          const names = compile(documentOf(paths)).operations.map(({ compiled: each }) => each.name)
          expect(new Set(names).size).toBe(names.length)
          for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
        },
      ),
    )
  })

  test('arguments of one name from several places are told apart, and body stays free', () => {
    const parameters = ['query', 'header', 'path', 'cookie'].map((place) => ({
      name: 'id',
      in: place,
      required: place === 'path',
      schema: {},
    }))
    const operation = { operationId: 'op', parameters: [...parameters, { name: 'body', in: 'query' }, { name: 'filter[a]', in: 'query' }], requestBody: { content: { 'application/json': { schema: {} } } } } // prettier-ignore
    const compiled = compile(documentOf({ '/x/{id}': { put: operation } }))
    expect(
      compiled.operations[0]?.compiled.parameters.map(({ argument, place, name }) => [
        argument,
        place,
        name,
      ]),
    ).toEqual([
      ['id', 'path', 'id'],
      ['id_query', 'query', 'id'],
      ['body_query', 'query', 'body'],
      ['filter_a', 'query', 'filter[a]'],
      ['id_header', 'header', 'id'],
      ['id_cookie', 'cookie', 'id'],
    ])
  })
})

describe('where it is and who calls', () => {
  test('variables of the first server are filled, a relative one begins at the document', () => {
    const servers = [
      {
        url: 'https://{region}.a.example/{v}/',
        variables: { region: { default: 'eu' }, v: { default: 'v2' } },
      },
    ]
    expect(compile(documentOf({ '/x': { get: {} } }, { servers })).baseUrl).toBe(
      'https://eu.a.example/v2',
    )
    const relative = documentOf({ '/x': { get: {} } }, { servers: [{ url: '../v3' }] })
    expect(compile(relative, { documentUrl: 'https://a.example/docs/openapi.json' }).baseUrl).toBe(
      'https://a.example/v3',
    )
    expect(compile(documentOf({ '/x': { get: {} } }, { servers: [] })).baseUrl).toBeUndefined()
  })

  test('an operation at another address is left out', () => {
    const compiled = compile(
      documentOf({
        '/x': { get: { operationId: 'op', servers: [{ url: 'https://other.example' }] } },
      }),
    )
    expect(compiled.leftOut[0]?.reason).toContain('another address')
  })

  test('a place that a stored credential fills is no argument', () => {
    const components = { securitySchemes: { k: { type: 'apiKey', in: 'query', name: 'api_key' } } }
    const operation = { operationId: 'op', security: [{ k: [] }], parameters: [{ name: 'api_key', in: 'query', required: true }, { name: 'Authorization', in: 'header' }] } // prettier-ignore
    const document = documentOf({ '/x': { get: operation } }, { components })
    const [with_] = compile(document, { credentials: ['k'] }).operations
    expect(with_?.compiled).toMatchObject({ credentials: ['k'], parameters: [] })
    const [without] = compile(document).operations
    expect(without?.compiled.parameters.map(({ argument }) => argument)).toEqual(['api_key'])
    expect(without?.lacks).toEqual(['k'])
    expect(without?.warnings).toEqual([])
  })
})

test('pagination is hinted at by names', () => {
  const query = (...names: string[]) => ({
    parameters: names.map((name) => ({ name, in: 'query', schema: {} })),
  })
  const answer = {
    responses: {
      200: {
        content: {
          'application/json': {
            schema: { type: 'object', properties: { next_cursor: { type: 'string' } } },
          },
        },
      },
    },
  }
  const compiled = compile(
    documentOf({
      '/a': { get: { ...query('cursor', 'limit'), ...answer } },
      '/b': { get: query('offset', 'limit') },
      '/c': { get: query('page', 'per_page') },
      '/d': { get: { responses: { 200: { headers: { Link: {} } } } } },
      '/e': { get: query('from') },
    }),
  )
  expect(compiled.operations.map(({ pagination }) => pagination)).toEqual([
    { style: 'cursor', argument: 'cursor', sizeArgument: 'limit', nextField: 'next_cursor' },
    { style: 'offset', argument: 'offset', sizeArgument: 'limit' },
    { style: 'page', argument: 'page', sizeArgument: 'per_page' },
    { style: 'link' },
    null,
  ])
})

test('our own API becomes a server whole', () => {
  const text = readFileSync(new URL('../../../../../api/openapi.json', import.meta.url), 'utf8')
  const compiled = compileDocument(readDocument(text), {
    ...NOTHING,
    credentials: ['bearer'],
    documentUrl: 'https://o.example/openapi.json',
  })
  expect(compiled.leftOut).toEqual([])
  expect(compiled.operations.length).toBeGreaterThan(35)
  const all = compiled.operations.map(({ compiled: each }) => each.operation)
  expect(OpenApiCatalog.parse(JSON.parse(catalogText(compiled, all))).operations).toHaveLength(
    all.length,
  )
})
