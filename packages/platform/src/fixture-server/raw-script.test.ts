import { expect, it } from 'vitest'
import { fillRawText, readRawCall, replyTo } from './raw-script.ts'

const CALL =
  '{"jsonrpc":"2.0","id":"a\\"b","method":"tools/call","params":{"name":"odd","_meta":{"progressToken":7}}}'

it('a scripted text comes out as it was written, but for the id and the token of the call', () => {
  const text = ' {"id":@id@ , "x":1e400,"t":@token@,"again":@id@}'
  expect(fillRawText(text, readRawCall(CALL))).toBe(
    String.raw` {"id":"a\"b" , "x":1e400,"t":7,"again":"a\"b"}`,
  )
})

it.each(['legacy', 'modern'] as const)(
  'without a script, %s requests get the least that is valid',
  (era) => {
    for (const method of ['initialize', 'server/discover', 'tools/list', 'tools/call', 'ping']) {
      const call = readRawCall(JSON.stringify({ jsonrpc: '2.0', id: 1, method }))
      const reply = replyTo(call, {}, era)
      const text = reply.kind === 'json' ? fillRawText(reply.text, call) : 'no JSON'
      expect(JSON.parse(text)).toMatchObject({ jsonrpc: '2.0', id: 1, result: {} })
    }
  },
)
