import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { benchServer } from '../../listen/testing.ts'
import { readMessage } from '../../protocol/message.ts'
import { readWords, SILENT_WORDS } from './client-words.ts'
import { legacyError } from './legacy-error.ts'
import { legacyResult, type ResultView } from './legacy-result.ts'
import { modernRequest } from './modern-request.ts'
import { isLegacySchema, wrapSchema } from './output-schema.ts'
import { readTool } from './tool-facts.ts'
import { welcomeOf } from './welcome.ts'

const VERSION = 'io.modelcontextprotocol/protocolVersion'
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities'
const SERVER_INFO = 'io.modelcontextprotocol/serverInfo'

/** Objects as messages carry them: keys of ours and of anybody, values of any kind. */
const members = fc
  .dictionary(
    fc.oneof(
      fc.constantFrom('_meta', 'name', 'task', 'ttlMs', 'resultType', 'requestState', 'cacheScope'),
      fc.string(),
    ),
    fc.jsonValue(),
  )
  .map((object) => JSON.parse(JSON.stringify(object)) as Record<string, unknown>)

function without(object: object, ...keys: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))
}

describe('what a client said at initialize', () => {
  test('is repeated as modern capabilities: kinds that the modern era has, without tasks', () => {
    const words = readWords(
      JSON.stringify({
        protocolVersion: '2025-11-25',
        capabilities: {
          roots: { listChanged: true },
          sampling: { tools: {} },
          elicitation: { url: {} },
          tasks: { requests: {} },
          experimental: { x: 1 },
          extensions: {
            'io.modelcontextprotocol/tasks': {},
            'io.modelcontextprotocol/ui': { a: 1 },
          },
        },
        clientInfo: { name: 'c', version: '1' },
      }),
    )
    expect(JSON.parse(words.capabilitiesText)).toEqual({
      roots: {},
      sampling: { tools: {} },
      elicitation: { url: {} },
      experimental: { x: 1 },
      extensions: { 'io.modelcontextprotocol/ui': { a: 1 } },
    })
    expect(words.clientInfoText).toBe('{"name":"c","version":"1"}')
    expect(words.canAnswer).toEqual({
      form: false,
      url: true,
      sampling: true,
      samplingTools: true,
      roots: true,
    })
  })

  test('of elicitation means forms when it says no more', () => {
    expect(readWords('{"capabilities":{"elicitation":{}}}').canAnswer).toMatchObject({
      form: true,
      url: false,
    })
  })
})

describe('a request', () => {
  test('carries the envelope, the id of its leg and the rest as it was, whatever its params are', () => {
    fc.assert(
      fc.property(members, fc.option(members, { nil: undefined }), (params, meta) => {
        const sent = meta === undefined ? without(params, '_meta') : { ...params, _meta: meta }
        const text = JSON.stringify({ jsonrpc: '2.0', id: 4, method: 'tools/call', params: sent })
        const request = modernRequest(text, 9, { words: SILENT_WORDS, levelText: '"info"' })
        const { id, params: got } = JSON.parse(request) as {
          id: number
          params: Record<string, unknown>
        }
        expect(id).toBe(9)
        expect(without(got, '_meta')).toEqual(
          without(sent, '_meta', 'task', 'requestState', 'inputResponses'),
        )
        const token = meta !== undefined && 'progressToken' in meta ? { progressToken: 9 } : {}
        expect(got['_meta']).toEqual({
          ...meta,
          ...token,
          [VERSION]: '2026-07-28',
          [CAPABILITIES]: {},
          'io.modelcontextprotocol/logLevel': 'info',
        })
      }),
    )
  })

  test('of a later leg carries the answers and the state byte for byte, and no state that the server did not give', () => {
    const text =
      '{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"requestState":"theirs","name":"t"}}'
    const envelope = { words: SILENT_WORDS, levelText: undefined }
    const again = modernRequest(text, 5, envelope, {
      inputResponsesText: '{"a":{}}',
      requestStateText: String.raw`"\u0041\/"`,
    })
    expect(again).toContain(String.raw`"requestState":"\u0041\/"`)
    expect(JSON.parse(again)).toMatchObject({ params: { inputResponses: { a: {} } } })
    const stateless = modernRequest(text, 6, envelope, {
      inputResponsesText: '{}',
      requestStateText: undefined,
    })
    expect(stateless).not.toContain('requestState')
  })

  test('without params gets some', () => {
    const text = '{"jsonrpc":"2.0","id":4,"method":"tools/list"}'
    const request = modernRequest(text, 4, { words: SILENT_WORDS, levelText: undefined })
    expect(JSON.parse(request)).toMatchObject({ params: { _meta: { [VERSION]: '2026-07-28' } } })
  })
})

describe('a result', () => {
  const view = (method: string, isWrapped = false): ResultView => ({
    method,
    id: 4,
    isWrapped,
    isHttp: true,
    onTool: () => undefined,
  })

  test('loses what the modern era added and nothing else, whatever it holds', () => {
    fc.assert(
      fc.property(members, members, fc.boolean(), (result, meta, isNamed) => {
        const given = { ...meta, ...(isNamed ? { [SERVER_INFO]: { name: 's' } } : {}) }
        const text = JSON.stringify({ jsonrpc: '2.0', id: 9, result: { ...result, _meta: given } })
        const legacy = JSON.parse(legacyResult(readMessage(text), view('resources/read'))) as {
          id: number
          result: Record<string, unknown>
        }
        expect(legacy.id).toBe(4)
        const rest = without(given, SERVER_INFO)
        const isEmptied = isNamed && Object.keys(rest).length === 0
        expect(legacy.result).toEqual({
          ...without(result, 'resultType', 'ttlMs', 'cacheScope', '_meta'),
          ...(isEmptied ? {} : { _meta: rest }),
        })
      }),
    )
  })

  test('keeps its bytes, and members of a tool that only look like those of a cache', () => {
    const odd = String.raw`{ "jsonrpc":"2.0", "id":9,"result" :{"resultType":"complete", "content":[ {"type":"\u0074ext","x":1.0e+2} ],"ttlMs":5} }`
    expect(legacyResult(readMessage(odd), view('tools/call'))).toBe(
      String.raw`{ "jsonrpc":"2.0", "id":4,"result" :{"content":[ {"type":"\u0074ext","x":1.0e+2} ],"ttlMs":5} }`,
    )
  })

  test('shows structured content that is no object, or whose schema describes none, inside of one', () => {
    const result = (content: unknown, isWrapped: boolean): unknown => {
      const text = JSON.stringify({ jsonrpc: '2.0', id: 9, result: { structuredContent: content } })
      const legacy = legacyResult(readMessage(text), view('tools/call', isWrapped))
      return (JSON.parse(legacy) as { result: unknown }).result
    }
    for (const content of [[1, 2], 'text', 5, null, false])
      expect(result(content, false)).toEqual({ structuredContent: { result: content } })
    expect(result({ a: 1 }, false)).toEqual({ structuredContent: { a: 1 } })
    expect(result({ a: 1 }, true)).toEqual({ structuredContent: { result: { a: 1 } } })
  })
})

describe('a schema of output', () => {
  test('is legacy when its type is object and nothing else', () => {
    expect(isLegacySchema('{"type":"object"}')).toBe(true)
    for (const text of ['{"type":"array"}', '{"type":["object","null"]}', '{"oneOf":[]}', 'true'])
      expect(isLegacySchema(text)).toBe(false)
  })

  test('is wrapped with its references moved along, those in values left alone', () => {
    const schema = {
      type: 'array',
      items: { $ref: '#/$defs/row' },
      $defs: { row: { anyOf: [{ $ref: '#' }, { $ref: 'https://x/y#/z' }, { $ref: '#row' }] } },
      default: [{ $ref: '#/no' }],
      properties: { $ref: { $ref: '#/$defs/row' }, default: { $ref: '#/$defs/row' } },
    }
    expect(JSON.parse(wrapSchema(JSON.stringify(schema)))).toEqual({
      type: 'object',
      required: ['result'],
      properties: {
        result: {
          ...schema,
          items: { $ref: '#/properties/result/$defs/row' },
          $defs: {
            row: {
              anyOf: [
                { $ref: '#/properties/result' },
                { $ref: 'https://x/y#/z' },
                { $ref: '#row' },
              ],
            },
          },
          properties: {
            $ref: { $ref: '#/properties/result/$defs/row' },
            default: { $ref: '#/properties/result/$defs/row' },
          },
        },
      },
    })
    const named = '{"$id":"https://x/y","type":"array","items":{"$ref":"#/$defs/a"}}'
    expect(wrapSchema(named)).toContain('"$ref":"#/$defs/a"')
  })

  test('of any JSON is wrapped into JSON, never a crash', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const wrapped = JSON.parse(wrapSchema(JSON.stringify(value))) as { type: unknown }
        expect(wrapped.type).toBe('object')
      }),
    )
  })

  test('of a tool decides how the tool is shown; invalid annotations hide it over HTTP alone', () => {
    const tool = JSON.stringify({
      name: 't',
      inputSchema: { properties: { a: { type: 'number', 'x-mcp-header': 'A' } } },
    })
    expect(readTool(tool, true)).toBeUndefined()
    expect(readTool(tool, false)?.text).toBe(tool)
  })
})

describe('an error', () => {
  const error = (code: number, method: string, data?: unknown): unknown => {
    const text = JSON.stringify({ jsonrpc: '2.0', id: 9, error: { code, message: 'm', data } })
    return (JSON.parse(legacyError(readMessage(text), method, 4)) as { error: unknown }).error
  }
  test('has a code that legacy clients know, with its message and data', () => {
    const uri = { uri: 'x://y' }
    expect(error(-32_602, 'resources/read', uri)).toEqual({
      code: -32_002,
      message: 'm',
      data: uri,
    })
    expect(error(-32_602, 'resources/read')).toMatchObject({ code: -32_602 })
    expect(error(-32_602, 'tools/call', uri)).toMatchObject({ code: -32_602 })
    expect(error(-32_020, 'tools/call')).toMatchObject({ code: -32_603 })
    expect(error(-32_021, 'tools/call', { requiredCapabilities: {} })).toEqual({
      code: -32_600,
      message: 'm',
      data: { requiredCapabilities: {} },
    })
    expect(error(-32_022, 'tools/call')).toMatchObject({ code: -32_602 })
    expect(error(-32_601, 'tools/call')).toMatchObject({ code: -32_601 })
    expect(error(1234, 'tools/call')).toMatchObject({ code: 1234 })
  })
})

describe('a greeting', () => {
  const server = benchServer('s', { kind: 'http', url: 'http://x/mcp' }, { name: 'Shown' })
  test('names the client’s revision where it is ours, and what the server offers without tasks', () => {
    const discovered = JSON.stringify({
      resultType: 'complete',
      supportedVersions: ['2026-07-28'],
      capabilities: {
        tools: { listChanged: true },
        resources: { subscribe: true },
        logging: {},
        tasks: {},
        extensions: { 'io.modelcontextprotocol/tasks': {}, other: {} },
      },
      instructions: 'i',
      ttlMs: 1,
      cacheScope: 'public',
      _meta: { [SERVER_INFO]: { name: 'n', version: 'v' }, more: 1 },
    })
    const { resultText, offer } = welcomeOf(discovered, '2025-03-26', server)
    expect(JSON.parse(resultText)).toEqual({
      protocolVersion: '2025-03-26',
      capabilities: {
        tools: { listChanged: true },
        resources: { subscribe: true },
        logging: {},
        extensions: { other: {} },
      },
      instructions: 'i',
      serverInfo: { name: 'n', version: 'v' },
      _meta: { more: 1 },
    })
    expect(offer).toEqual({ lists: 1, subscribe: true, logging: true })
    expect(welcomeOf('{"capabilities":{}}', '1999-01-01', server).resultText).toContain(
      '2025-11-25',
    )
    expect(JSON.parse(welcomeOf('{}', '2025-11-25', server).resultText)).toEqual({
      protocolVersion: '2025-11-25',
      capabilities: {},
      serverInfo: { name: 'Shown', version: 'unknown' },
    })
  })
})
