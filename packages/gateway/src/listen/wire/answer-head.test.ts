import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatHead, type HeadFrame } from './answer-head.ts'

const FRAME: HeadFrame = {
  dateLine: 'Date: now\r\n',
  keepAliveLines: 'Connection: keep-alive\r\nKeep-Alive: timeout=75\r\n',
  isClosing: false,
}

test('a head says how the body ends: by its length, in chunks, or that there is none', () => {
  expect(formatHead(200, ['content-type', 'a/b', 'content-length', 2], FRAME)).toEqual({
    text: 'HTTP/1.1 200 OK\r\ncontent-type: a/b\r\ncontent-length: 2\r\nDate: now\r\nConnection: keep-alive\r\nKeep-Alive: timeout=75\r\n\r\n',
    contentLength: 2,
    hasBody: true,
    isLast: false,
  })
  expect(formatHead(200, {}, FRAME).text).toContain('\r\nTransfer-Encoding: chunked\r\n\r\n')
  const empty = formatHead(204, {}, FRAME)
  expect([empty.hasBody, /length|chunked/i.test(empty.text)]).toEqual([false, false])
})

test('an answer that closes says so once, and a listener that stops closes all', () => {
  const closing = formatHead(413, { connection: 'close', 'content-length': '0' }, FRAME)
  expect([closing.isLast, closing.text.match(/connection/gi)?.length]).toEqual([true, 1])
  const stopping = formatHead(200, { 'content-length': '0' }, { ...FRAME, isClosing: true })
  expect([stopping.isLast, stopping.text.includes('Connection: close')]).toEqual([true, true])
})

test.each([
  ['content-length', '2, 2'],
  ['content-length', '-1'],
  ['Transfer-Encoding', 'chunked'],
])('%s: %s is not taken: the framing is not for an author to say', (name, value) => {
  expect(() => formatHead(200, { [name]: value }, FRAME)).toThrow(TypeError)
  expect(() => formatHead(200, ['content-length', 1, 'content-length', 1], FRAME)).toThrow(
    TypeError,
  )
})

test('no name and no value whatever starts a line of its own', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, value) => {
      let text: string
      try {
        text = formatHead(200, { [name]: value, 'content-length': '0' }, FRAME).text
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError)
        return
      }
      expect(text.split('\r\n')).toHaveLength(8)
      expect(/\r(?!\n)|(?<!\r)\n|\0/.test(text)).toBe(false)
    }),
  )
  for (const value of ['a\r\nb: c', 'a\nb', 'a\rb', 'a\0b', 'a\u010a'])
    expect(() => formatHead(200, { a: value }, FRAME)).toThrow(TypeError)
  for (const name of ['', 'a b', 'a:', 'a\r\n'])
    expect(() => formatHead(200, { [name]: 'a' }, FRAME)).toThrow(TypeError)
})
