import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { UNCHANGED } from '../load/call-target.ts'
import { jsonReply, readRequest } from './http-exchange.ts'
import { callAnswer, idTextOf } from './message.ts'

const request = (body: string): string =>
  `POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`

test('the id of a call comes back as it is written', () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer(), fc.stringMatching(/^[a-z0-9-]{1,20}$/)), (id) => {
      const text = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: {} })
      expect(idTextOf(text)).toBe(JSON.stringify(id))
      expect(JSON.parse(callAnswer(idTextOf(text) ?? ''))).toMatchObject({ id })
    }),
  )
})

test('a request is read whole or not at all, however its bytes are cut', () => {
  const bytes = request('{"id":1}') + request('{"id":22}')
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    let held = ''
    const bodies: string[] = []
    for (const part of [bytes.slice(0, cut), bytes.slice(cut)]) {
      held += part
      for (let read = readRequest(held); read !== undefined; read = readRequest(held)) {
        bodies.push(read.body)
        held = read.rest
      }
    }
    expect(bodies).toEqual(['{"id":1}', '{"id":22}'])
    expect(held).toBe('')
  }
})

test('the loader expects to the byte what the upstream answers', () => {
  if (UNCHANGED.kind !== 'exact') throw new Error('the reply is compared whole')
  expect(callAnswer('1000000')).toBe(`${UNCHANGED.before}1000000${UNCHANGED.after}`)
})

test('a reply names its length in bytes', () => {
  const reply = jsonReply(callAnswer('7'))
  const [head = '', body = ''] = reply.split('\r\n\r\n')
  expect(head).toContain(`content-length: ${Buffer.byteLength(body)}`)
})
