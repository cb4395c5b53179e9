import assert from 'node:assert/strict'
import {
  LargeResult,
  LargeResultError,
  type LargeResultEnd,
} from '../../../packages/gateway/src/protocol/json/large-result.ts'
import { checkJson, JsonError } from '../../../packages/gateway/src/protocol/json/scan.ts'
import { MessageError, readMessage } from '../../../packages/gateway/src/protocol/message.ts'
import { rewriteResponse } from '../../../packages/gateway/src/protocol/rewrite.ts'
import { bytesOf, chunksOf, refusing, splitLine, type Target } from '../target.ts'
import { MESSAGES, WORDS } from './words.ts'

/** A response that is passed on as it comes: the same bytes as when it is read whole. */
export const largeResult: Target = {
  name: 'large-result',
  seeds: [
    ...MESSAGES.map((text) => `5,40\n${text}`),
    '2\n{"jsonrpc":"2.0","result":{"resultType":"task","isError":false,"x":["]}",{"id":1}]},"id":"a\\"b"}',
    '\n{"id":1,"result":{ },"jsonrpc":"2.0","more":[{"id":2}]} ',
  ],
  words: [...WORDS, '"id":', '"result":{', '"error":{', '}}', '\\"', '\\\\'],
  run(input) {
    const [cuts, body] = splitLine(input)
    const bytes = bytesOf(body)
    const text = bytes.toString('utf8')
    const streamed = refusing(LargeResultError, () => stream(chunksOf(cuts, bytes)))
    const unbroken = refusing(LargeResultError, () => stream([bytes]))
    assert.deepEqual(streamed, unbroken)
    // Only what is JSON and UTF-8 can be read in the other way.
    if (!Buffer.from(text).equals(bytes) || !isJson(text)) return
    const message = refusing(MessageError, () => readMessage(text))
    if (message?.kind !== 'response' || message.idText === undefined) return
    if (!message.isError && message.result === undefined) return
    // An id that is a container, and an error that is none, are no response.
    if (/^[{[]/.test(message.idText) || !hasObject(text)) return
    assert.ok(streamed !== undefined)
    assert.equal(streamed.out, rewriteResponse(message, '99'))
    assert.equal(streamed.end.kind, message.isError ? 'error' : 'result')
    assert.equal(streamed.end.idText, message.idText)
    if (message.result === undefined) return
    const { isError } = (JSON.parse(text) as { result: { isError?: unknown } }).result
    assert.equal(streamed.end.isErrorText === 'true', isError === true)
    assert.equal(streamed.end.isEmpty, message.result.members.length === 0)
    assert.equal(
      streamed.end.hasMeta,
      message.result.members.some(({ key }) => key === '_meta'),
    )
  },
}

/** More than any input has. */
const BYTES_MAX = 1_000_000

function stream(chunks: readonly Buffer[]): { out: string; end: LargeResultEnd } {
  const large = new LargeResult('99', BYTES_MAX)
  const sent = chunks.flatMap((chunk) => large.push(chunk))
  const { end, held } = large.end()
  return { out: Buffer.concat([...sent, held]).toString('utf8'), end }
}

function hasObject(text: string): boolean {
  const { error = {} } = JSON.parse(text) as { error?: unknown }
  return typeof error === 'object' && error !== null && !Array.isArray(error)
}

function isJson(text: string): boolean {
  return refusing(JsonError, () => (checkJson(text), true)) ?? false
}
