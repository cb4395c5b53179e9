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
    assert.equal(streamed === undefined, message?.kind !== 'response')
    if (streamed === undefined || message === undefined) return
    // An id that is no scalar stays: it is nobody's.
    const isReplaced = message.idText !== 'null' && !/^[{[]/.test(message.idText ?? '')
    assert.equal(streamed.out, isReplaced ? rewriteResponse(message, '99') : message.text)
    assert.equal(streamed.end.kind, message.isError ? 'error' : 'result')
    if (isReplaced) assert.equal(streamed.end.idText, message.idText)
    if (message.result === undefined) return
    const { isError } = (JSON.parse(text) as { result: { isError?: unknown } }).result
    assert.equal(streamed.end.isErrorText === 'true', isError === true)
  },
}

/** More than any input has. */
const BYTES_MAX = 1_000_000

function stream(chunks: readonly Buffer[]): { out: string; end: LargeResultEnd } {
  const large = new LargeResult({ idText: '99', bytesMax: BYTES_MAX })
  const sent = chunks.flatMap((chunk) => large.push(chunk).map((part) => Uint8Array.from(part)))
  const { end, finish } = large.end()
  return { out: Buffer.concat([...sent, finish()]).toString('utf8'), end }
}

function isJson(text: string): boolean {
  return refusing(JsonError, () => (checkJson(text), true)) ?? false
}
