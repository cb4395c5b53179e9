import { OpenApiOperation } from '@mcp-orchestra/api/openapi-catalog'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scanObject } from '../../protocol/json/scan.ts'
import { ArgumentFault } from './argument-fault.ts'
import { buildRequest, type Target } from './build-request.ts'

const parameter = (argument: string, place: string, more: object = {}) => ({
  argument,
  place,
  name: argument,
  required: false,
  form: 'style',
  style: place === 'query' || place === 'cookie' ? 'form' : 'simple',
  explode: place === 'query' || place === 'cookie',
  allowReserved: false,
  ...more,
})

const operation = (over: object): OpenApiOperation =>
  OpenApiOperation.parse({
    operation: 'op',
    name: 'op',
    definition: '{}',
    method: 'GET',
    path: '/items/{id}/parts',
    parameters: [],
    body: null,
    credentials: [],
    accept: '*/*',
    promises: 'nothing',
    ...over,
  })

const TARGET: Target = { schemes: {}, credentials: {}, headers: {}, basePath: '/v1' }

function build(over: object, args: unknown, target: Partial<Target> = {}) {
  const text = JSON.stringify(args)
  return buildRequest(operation(over), { ...TARGET, ...target }, { text, object: scanObject(text) })
}

describe('an argument stays in its place', () => {
  test('whatever a path value is, the path has the same segments, or nothing is sent', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('..', '.', '../x', 'a/../b', '%2e%2e', '..%2f', '..\\', '//', '?x', '#x', '..;a'),
      fc.array(fc.constantFrom('.', '/', '%2e', '%2F', '%25', '\\', 'a', ';'), { maxLength: 8 }).map((parts) => parts.join('')),
    ) // prettier-ignore
    fc.assert(
      fc.property(hostile, (id) => {
        const parameters = [parameter('id', 'path', { required: true })]
        let path: string
        try {
          ;({ path } = build({ parameters }, { id }))
        } catch (error) {
          expect(error).toBeInstanceOf(ArgumentFault)
          return
        }
        const seen = new URL(path, 'http://host')
        expect(seen.pathname).toBe(path)
        const segments = seen.pathname.split('/')
        expect(segments).toHaveLength(5)
        expect([segments[1], segments[2], segments[4]]).toEqual(['v1', 'items', 'parts'])
        expect(decodeURIComponent(segments[3] ?? '')).toBe(id)
      }),
    )
  })

  test.each(['a\r\nX-Admin: 1', 'a\nb', 'a\0', 'grün'])(
    'the header value %j is refused',
    (trace) => {
      const parameters = [parameter('trace', 'header')]
      expect(() => build({ parameters, path: '/x' }, { trace })).toThrow(ArgumentFault)
    },
  )

  test('a cookie value cannot begin another cookie', () => {
    const parameters = [parameter('who', 'cookie')]
    const { headers } = build({ parameters, path: '/x' }, { who: 'a; admin=1' })
    expect(headers['cookie']).toBe('who=a%3B%20admin%3D1')
  })

  test('a name in an object cannot stand beside the credential of that name', () => {
    const over = { parameters: [parameter('filter', 'query')], path: '/x', credentials: ['key'] }
    const target = {
      schemes: { key: { place: 'query', name: 'api_key', form: 'raw' } },
      credentials: { key: 's3cret' },
    } as const
    expect(build(over, { filter: { a: '1' } }, target).path).toBe('/v1/x?a=1&api_key=s3cret')
    expect(() => build(over, { filter: { API_KEY: '1' } }, target)).toThrow(ArgumentFault)
  })

  test('a configured header is sent as it is, whatever the arguments', () => {
    const parameters = [parameter('X-Tenant', 'header')]
    const { headers } = build(
      { parameters, path: '/x' },
      { 'X-Tenant': 'b' },
      { headers: { 'x-tenant': 'a' } },
    )
    expect(headers['x-tenant']).toBe('a')
  })
})

describe('credentials', () => {
  test.each([
    ['bearer', 'token', 'Bearer token'],
    ['basic', 'me:pässword', `Basic ${Buffer.from('me:pässword').toString('base64')}`],
    ['raw', 'key', 'key'],
  ] as const)('%s', (form, value, header) => {
    const { headers } = build(
      { path: '/x', credentials: ['s'] },
      {},
      {
        schemes: { s: { place: 'header', name: 'Authorization', form } },
        credentials: { s: value },
      },
    )
    expect(headers['authorization']).toBe(header)
  })
})

test('a JSON body is the caller’s own bytes', () => {
  const text = '{"body": {"n": 12345678901234567890, "x":  1.0}}'
  const body = { required: true, contentType: 'application/json', form: 'json' }
  const request = buildRequest(operation({ method: 'POST', path: '/x', body }), TARGET, {
    text,
    object: scanObject(text),
  })
  expect(request.body).toBe('{"n": 12345678901234567890, "x":  1.0}')
})

test('forms repeat arrays and write objects as JSON', () => {
  const body = {
    required: true,
    contentType: 'application/x-www-form-urlencoded',
    form: 'urlencoded',
  }
  const request = build(
    { method: 'POST', path: '/x', body },
    { body: { a: ['1', '2'], o: { k: 1 }, t: 'a b&c' } },
  )
  expect(request.body).toBe('a=1&a=2&o=%7B%22k%22%3A1%7D&t=a%20b%26c')
})
