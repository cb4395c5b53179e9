import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clientWords } from './client-words.ts'
import { readModernWords } from './modern-words.ts'

const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': { sampling: {} },
  'io.modelcontextprotocol/clientInfo': { name: 'n', version: '1' },
  'io.modelcontextprotocol/logLevel': 'info',
}
const RETRY = { inputResponses: { a: {} }, requestState: 's' }

test('whatever else a request carries reaches the legacy server as it was, wherever the envelope stands', () => {
  const members = fc.dictionary(
    fc.string().filter((key) => key !== '_meta' && key !== '__proto__' && !(key in RETRY)),
    fc.jsonValue(),
  )
  const metas = fc.dictionary(
    fc.string().filter((key) => key !== '__proto__' && !(key in ENVELOPE)),
    fc.jsonValue(),
  )
  fc.assert(
    fc.property(members, metas, fc.boolean(), fc.boolean(), (params, meta, isFirst, isRetry) => {
      const _meta = isFirst ? { ...ENVELOPE, ...meta } : { ...meta, ...ENVELOPE }
      const whole = isFirst ? { _meta, ...params } : { ...params, _meta }
      const sent = {
        jsonrpc: '2.0',
        id: 1,
        method: 'm',
        params: isRetry ? { ...whole, ...RETRY } : whole,
      }
      const words = readModernWords(JSON.stringify(sent))
      const kept = Object.keys(meta).length === 0 ? {} : { _meta: meta }
      expect(JSON.parse(words.legacyText)).toEqual(
        JSON.parse(JSON.stringify({ ...sent, params: { ...params, ...kept } })),
      )
      expect(words.requestState).toBe(isRetry ? 's' : undefined)
      expect(words.logLevel).toBe('info')
    }),
  )
})

test('a request without params, or with odd ones, is sent as it is', () => {
  for (const text of [
    '{"jsonrpc":"2.0","id":1,"method":"m"}',
    '{"jsonrpc":"2.0","id":1,"method":"m","params":{"x":[1.0, 2]}}',
  ]) {
    expect(readModernWords(text).legacyText).toBe(text)
  }
  const odd = readModernWords(
    '{"params":{"requestState":7,"inputResponses":[],"_meta":{"io.modelcontextprotocol/logLevel":{}}}}',
  )
  expect(odd).toMatchObject({ requestState: null, inputResponses: null, logLevel: null })
})

test.each([
  ['{}', { form: false, url: false, sampling: false, roots: false }, false],
  ['{"elicitation":{}}', { form: true, url: false }, true],
  ['{"elicitation":{"url":{}}}', { form: false, url: true }, true],
  ['{"elicitation":{"form":{},"url":{}}}', { form: true, url: true }, true],
  ['{"sampling":{"tools":{}}}', { sampling: true, samplingTools: true }, true],
  ['{"roots":{"listChanged":true}}', { roots: true }, true],
  ['{"roots":7,"sampling":null}', { roots: false, sampling: false }, false],
])('what a client can be asked is what it declared: %s', (text, can, declaresReverse) => {
  expect(clientWords(text)).toMatchObject({ can, declaresReverse })
})

test('a legacy server is told of the kinds that it knows, and of extensions that are plain tools and resources', () => {
  const words = clientWords(
    '{"roots":{"listChanged":true},"tasks":{},"extensions":{"io.modelcontextprotocol/ui":{"mimeTypes":["a"]},"io.modelcontextprotocol/tasks":{}},"x":1}',
    '{"name":"me","version":"2"}',
  )
  expect(JSON.parse(words.paramsText)).toEqual({
    protocolVersion: '2025-11-25',
    capabilities: {
      roots: {},
      extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['a'] } },
    },
    clientInfo: { name: 'me', version: '2' },
  })
})
