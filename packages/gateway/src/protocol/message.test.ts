import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  errorMessage,
  type MessageError,
  metaText,
  readMessage,
  resultMessage,
  targetOf,
} from './message.ts'
import {
  metaEdits,
  rewriteMeta,
  rewriteParams,
  rewriteRequest,
  rewriteResponse,
} from './rewrite.ts'
import { requestDigest } from './request-digest.ts'
import { splice } from './json/splice.ts'

const name = fc.string().filter((text) => text !== '')
const params = fc.record(
  {
    name,
    arguments: fc.jsonValue(),
    x: fc.jsonValue(),
    _meta: fc.dictionary(fc.string(), fc.jsonValue()),
  },
  { requiredKeys: [] },
)
const id = fc.oneof(fc.integer(), fc.string())
const parse = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>

test('what is read is what stands there, for any request in any formatting', () => {
  fc.assert(
    fc.property(
      id,
      name,
      params,
      fc.constantFrom(undefined, 1, '\t'),
      (requestId, method, given, indent) => {
        const text = JSON.stringify(
          { jsonrpc: '2.0', id: requestId, method, params: given },
          null,
          indent,
        )
        const message = readMessage(text)
        expect(message.kind).toBe('request')
        expect(message.idText).toBe(JSON.stringify(requestId))
        expect(message.method).toBe(method)
        if (!method.startsWith('resources/')) expect(targetOf(message)).toBe(given.name)
      },
    ),
  )
})

test('the next hop gets another id, token and name, without our own keys; all else reads the same', () => {
  fc.assert(
    fc.property(id, params, fc.nat(), (requestId, given, minted) => {
      const meta = { ...given._meta, progressToken: 't', 'io.mcp-orchestra/attempt': 2 }
      const before = {
        jsonrpc: '2.0',
        method: 'tools/call',
        id: requestId,
        params: { ...given, name: 'own', _meta: meta },
      }
      const rename = { idText: String(minted), tokenText: String(minted), name: 'theirs' }
      const after = rewriteRequest(readMessage(JSON.stringify(before)), rename)
      const { 'io.mcp-orchestra/attempt': _attempt, ...rest } = meta
      const expected = {
        ...before,
        id: minted,
        params: { ...before.params, name: 'theirs', _meta: { ...rest, progressToken: minted } },
      }
      expect(parse(after)).toEqual(parse(JSON.stringify(expected)))
    }),
  )
})

test('a request without a progress token does not get one', () => {
  const message = readMessage('{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{"a":1}}}')
  expect(rewriteRequest(message, { idText: '2', tokenText: '2' })).toBe(
    '{"jsonrpc":"2.0","id":2,"method":"x","params":{"_meta":{"a":1}}}',
  )
})

test('responses, tokens and _meta values are replaced in place', () => {
  const response = readMessage('{"result":{"a": [1]},"id":5,"jsonrpc":"2.0"}')
  expect(rewriteResponse(response, '"five"')).toBe(
    '{"result":{"a": [1]},"id":"five","jsonrpc":"2.0"}',
  )
  const progress = readMessage(
    '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":5,"x":1}}',
  )
  expect(rewriteParams(progress, 'progressToken', '"t"')).toContain('"progressToken":"t","x":1')
  const tagged = readMessage('{"jsonrpc":"2.0","method":"n","params":{"_meta":{"k":5}}}')
  expect(rewriteMeta(tagged, 'k', '6')).toContain('{"k":6}')
})

test('a receipt goes into _meta, present or not, and one that the server made up goes out', () => {
  const key = 'io.mcp-orchestra/receipt'
  const withReceipt = (text: string, receipt?: string): string => {
    const { result, meta } = readMessage(text)
    if (result === undefined) throw new Error('no result')
    return splice(
      text,
      metaEdits(result, meta, new Map(receipt === undefined ? [] : [[key, receipt]])),
    )
  }
  expect(withReceipt('{"jsonrpc":"2.0","id":1,"result":{}}', '1')).toContain(
    `{"_meta":{"${key}":1}}`,
  )
  expect(withReceipt('{"jsonrpc":"2.0","id":1,"result":{"a":1}}', '1')).toContain(
    `{"_meta":{"${key}":1},"a":1}`,
  )
  expect(withReceipt('{"jsonrpc":"2.0","id":1,"result":{"_meta":{"b":2}}}', '1')).toContain(
    `{"${key}":1,"b":2}`,
  )
  expect(
    withReceipt(`{"jsonrpc":"2.0","id":1,"result":{"_meta":{"b":2,"${key}":"forged"}}}`),
  ).toContain('{"b":2}')
})

test('the digest is the same for a repeated attempt and another for other arguments, servers or methods', () => {
  const text = (args: unknown, meta: object, method = 'tools/call'): string =>
    JSON.stringify({
      jsonrpc: '2.0',
      id: Math.trunc(5),
      method,
      params: { name: 'a', arguments: args, _meta: meta },
    })
  const digest = (given: string, server = 's'): string => requestDigest(server, readMessage(given))
  const first = digest(
    text(1, { progressToken: 1, 'io.mcp-orchestra/attempt': 1, traceparent: 'a' }),
  )
  expect(
    digest(text(1, { traceparent: 'b', progressToken: 'z', 'io.mcp-orchestra/attempt': 2 })),
  ).toBe(first)
  const others = [text(2, {}), text(1, { other: 1 }), text(1, {}, 'prompts/get')].map((given) =>
    digest(given),
  )
  expect(new Set([first, digest(text(1, {}), 'other'), ...others]).size).toBe(5)
})

test.each([
  ['not JSON', '{', -32700],
  ['a batch', ' [{}]', -32600],
  ['result and error at once', '{"jsonrpc":"2.0","id":1,"result":{},"error":{}}', -32600],
  ['neither', '{"jsonrpc":"2.0","id":1}', -32600],
  ['a result that is no object', '{"jsonrpc":"2.0","id":1,"result":1}', -32600],
  ['an id twice', '{"jsonrpc":"2.0","id":1,"\\u0069d":2,"method":"x"}', -32600],
  [
    '_meta of a result twice: one for us, and a receipt of its own for the client',
    '{"jsonrpc":"2.0","id":1,"result":{"_meta":{},"_m\\u0065ta":{"io.mcp-orchestra/receipt":1}}}',
    -32600,
  ],
  ['isError twice', '{"jsonrpc":"2.0","id":1,"result":{"isError":false,"isError":true}}', -32600],
  [
    'a key of a result’s _meta twice',
    '{"jsonrpc":"2.0","id":1,"result":{"_meta":{"a":1,"a":2}}}',
    -32600,
  ],
  ['a uri twice', '{"jsonrpc":"2.0","id":1,"method":"x","params":{"uri":"a","uri":"b"}}', -32600],
])('%s is refused', (_what, text, code) => {
  expect(() => readMessage(text)).toThrow(
    expect.objectContaining({ rpcCode: code }) as MessageError,
  )
})

test('our own messages carry the raw id and valid JSON', () => {
  fc.assert(
    fc.property(id, fc.string(), fc.jsonValue(), (requestId, words, data) => {
      const idText = JSON.stringify(requestId)
      const error = { jsonrpc: '2.0', id: requestId, error: { code: 1, message: words, data } }
      expect(parse(errorMessage(idText, 1, words, JSON.stringify(data)))).toEqual(
        parse(JSON.stringify(error)),
      )
      expect(parse(resultMessage(idText, '{}'))).toEqual({
        jsonrpc: '2.0',
        id: requestId,
        result: {},
      })
    }),
  )
})

test('_meta members are found by their decoded keys', () => {
  const message = readMessage(
    '{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{"a\\u002fb": [1 ]}}}',
  )
  expect(metaText(message, 'a/b')).toBe('[1 ]')
})
