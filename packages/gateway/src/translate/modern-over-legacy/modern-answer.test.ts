import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readMessage } from '../../protocol/message.ts'
import { inputRequiredByPage } from './input-required.ts'
import { largeAnswer } from './large-answer.ts'
import { modernError, modernResult } from './modern-answer.ts'

const TO = {
  method: 'tools/call',
  target: 'x',
  idText: '"mine"',
  serverInfoText: '{"name":"s"}',
  isOffered: true,
}
const NAME = 'io.modelcontextprotocol/serverInfo'
const result = fc.dictionary(
  fc.string().filter((key) => !['_meta', 'resultType', '__proto__'].includes(key)),
  fc.jsonValue(),
)

test('any legacy result becomes a modern one with all its members', () => {
  const metas = fc.option(
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.jsonValue(),
    ),
    {
      nil: undefined,
    },
  )
  fc.assert(
    fc.property(result, metas, (members, meta) => {
      const sent = { ...members, ...(meta === undefined ? {} : { _meta: meta }) }
      const text = JSON.stringify({ jsonrpc: '2.0', id: 7, result: sent })
      const answer = modernResult(readMessage(text), TO)
      expect(JSON.parse(answer.text)).toEqual(
        JSON.parse(
          JSON.stringify({
            jsonrpc: '2.0',
            id: 'mine',
            result: {
              ...members,
              resultType: 'complete',
              _meta: { [NAME]: { name: 's' }, ...meta },
            },
          }),
        ),
      )
    }),
  )
})

test('a large result becomes a modern one, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(result, fc.integer({ min: 1, max: 40 }), async (members, size) => {
      const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', result: members, id: 7 }))
      async function* cut(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < bytes.length; at += size)
          yield await Promise.resolve(bytes.subarray(at, at + size))
      }
      const parts: Uint8Array[] = []
      const to = {
        method: 'resources/read',
        ownIdText: '7',
        idText: '8',
        serverInfoText: undefined,
        bytesMax: 1_000_000,
      }
      for await (const part of largeAnswer(cut(), to)) parts.push(part)
      expect(JSON.parse(Buffer.concat(parts).toString('utf8'))).toEqual({
        jsonrpc: '2.0',
        id: 8,
        result: {
          ...(JSON.parse(JSON.stringify(members)) as object),
          resultType: 'complete',
          ttlMs: 0,
          cacheScope: 'private',
        },
      })
    }),
  )
})

test('an error of an unread request keeps its null id', () => {
  const text = '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"m"}}'
  expect(modernError(readMessage(text), TO)).toEqual({ text, status: 200 })
})

test('an error that asks for no page is no question', () => {
  const can = { form: true, url: true, sampling: true, samplingTools: true, roots: true }
  for (const error of [
    '{"code":-32042,"message":"m"}',
    '{"code":-32042,"message":"m","data":{"elicitations":[]}}',
    '{"code":-32042,"message":"m","data":{"elicitations":[1]}}',
    '{"code":-32000,"message":"m","data":{"elicitations":[{}]}}',
  ]) {
    const message = readMessage(`{"jsonrpc":"2.0","id":1,"error":${error}}`)
    expect(inputRequiredByPage(message, TO, can)).toBeUndefined()
  }
})
