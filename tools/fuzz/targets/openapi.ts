import assert from 'node:assert/strict'
import { OpenApiOperation } from '../../../packages/api/src/openapi-catalog.ts'
import {
  checkJson,
  JsonError,
  scanObject,
} from '../../../packages/gateway/src/protocol/json/scan.ts'
import { ArgumentFault } from '../../../packages/gateway/src/upstream/openapi/argument-fault.ts'
import { buildRequest } from '../../../packages/gateway/src/upstream/openapi/build-request.ts'
import { argumentFaults } from '../../../packages/gateway/src/upstream/openapi/check-arguments.ts'
import { refusing, splitLine, type Target } from '../target.ts'

const STYLES = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
} as const

const PARAMETERS = Object.entries(STYLES).flatMap(([place, styles]) =>
  styles.flatMap((style) =>
    [true, false].map((explode) => ({
      argument: `${place}-${style}-${explode}`,
      name: `${place}${style}${explode}`,
      place,
      style,
      explode,
      required: false,
      form: 'style',
      allowReserved: explode,
    })),
  ),
)
const IN_PATH = PARAMETERS.filter(({ place }) => place === 'path')
const BODIES = ['json', 'text', 'binary', 'urlencoded', 'multipart']
const PATH = `/items/${IN_PATH.map(({ name }) => `{${name}}`).join('/')}`
const OPERATIONS = BODIES.map((form) =>
  OpenApiOperation.parse({
    operation: 'op',
    name: 'op',
    definition: '{}',
    method: 'POST',
    path: PATH,
    parameters: PARAMETERS.map((parameter) => ({
      ...parameter,
      required: parameter.place === 'path',
    })),
    body: { required: false, contentType: 'x/y', form, parts: {} },
    credentials: ['key'],
    accept: '*/*',
    promises: 'nothing',
  }),
)
const TARGET = {
  schemes: { key: { place: 'query', name: 'api_key', form: 'raw' } },
  credentials: { key: 's3cret' },
  headers: { 'x-tenant': 'a' },
  basePath: '/v1',
} as const
const PATH_ARGUMENTS = IN_PATH.map(({ argument }) => `"${argument}":"a"`).join(',')

/** Arguments of a call as an HTTP request: each stays in its place, whatever it is. */
export const openapi: Target = {
  name: 'openapi',
  seeds: [
    ...BODIES.map((_, index) => `${index}\n{${PATH_ARGUMENTS},"body":{"a":[1,{"b":2}],"c":"x"}}`),
    `1\n{${PATH_ARGUMENTS},"body":"QUJD","query-deepObject-true":{"a":{"b":[1,null]}},"cookie-form-true":["a"],"header-simple-true":{"a":1}}`,
    `0\n{${PATH_ARGUMENTS},"query-form-false":[1,2],"query-form-true":{"a":1},"query-pipeDelimited-false":["x"]}`,
  ],
  words: [
    ...PARAMETERS.map(({ argument }) => `"${argument}":"x",`),
    '../',
    '%2e',
    '\\r\\n',
    ';',
    '&',
    '{',
    '"api_key":1',
  ],
  run(input) {
    const [which, text] = splitLine(input)
    const operation = OPERATIONS[Number(which) % OPERATIONS.length]
    if (operation === undefined || refusing(JsonError, () => (checkJson(text), true)) !== true)
      return
    assert.ok(argumentFaults(SCHEMA, JSON.parse(text)).length <= 8)
    const object = scanObject(text)
    const request = refusing(ArgumentFault, () => buildRequest(operation, TARGET, { text, object }))
    if (request === undefined) return
    const seen = new URL(`http://host${request.path}`)
    assert.equal(seen.host, 'host')
    assert.equal(seen.pathname, request.path.split('?')[0])
    const segments = seen.pathname.split('/')
    assert.equal(segments.length, `/v1${PATH}`.split('/').length)
    assert.deepEqual(segments.slice(0, 3), ['', 'v1', 'items'])
    assert.deepEqual(seen.searchParams.getAll('api_key'), ['s3cret'])
    assert.equal(seen.hash, '')
    for (const value of Object.values(request.headers)) assert.match(value, /^[\t\x20-\x7e]*$/)
    assert.equal(request.headers['x-tenant'], 'a')
  },
}

const SCHEMA = {
  required: ['body'],
  properties: { body: { type: ['object', 'string'], properties: { a: { enum: [1, 'x'] } } } },
  additionalProperties: false,
}
