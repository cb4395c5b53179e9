import { createServer, type IncomingMessage } from 'node:http'
import { duplexPair } from 'node:stream'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { HEADER_BYTES_MAX, readHead } from './head.ts'

const LINES = ['Host: localhost', 'Content-Length: 2']
const head = (lines: readonly string[], line = 'POST /mcp HTTP/1.1'): string =>
  `${[line, ...lines].join('\r\n')}\r\n\r\n`
const read = (text: string): ReturnType<typeof readHead> => readHead(Buffer.from(text, 'latin1'))

test('a plain head is read as node reads it: lower-case names, blanks around values gone', () => {
  const text = head([...LINES, 'X-Thing:\t a b\t ', 'x-empty:', 'X-Latin: \xe9'])
  expect(read(`${text}{}more`)).toEqual({
    url: '/mcp',
    headers: {
      host: 'localhost',
      'content-length': '2',
      'x-thing': 'a b',
      'x-empty': '',
      'x-latin': '\xe9',
    },
    contentLength: 2,
    headBytes: text.length,
  })
  expect(read(head([...LINES, 'Connection: Keep-Alive']))?.contentLength).toBe(2)
})

describe('is left to node:http', () => {
  test.each([
    ['a head that is not whole', 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n'],
    ['bare line feeds', head(LINES).replaceAll('\r\n', '\n')],
    ['one bare line feed', head(LINES).replace('\r\nContent', '\nContent')],
    ['a bare carriage return', head([...LINES, 'a: b\rc'])],
    ['an empty line in front', `\r\n${head(LINES)}`],
    ['another method', head(LINES, 'PUT /mcp HTTP/1.1')],
    ['a method in lower case', head(LINES, 'post /mcp HTTP/1.1')],
    ['HTTP/1.0', head(LINES, 'POST /mcp HTTP/1.0')],
    ['HTTP/1.2', head(LINES, 'POST /mcp HTTP/1.2')],
    ['two blanks', head(LINES, 'POST  /mcp HTTP/1.1')],
    ['a whole address', head(LINES, 'POST http://localhost/mcp HTTP/1.1')],
    ['a fragment', head(LINES, 'POST /mcp#a HTTP/1.1')],
    ['no host', head(['Content-Length: 2'])],
    ['two hosts', head([...LINES, 'host: localhost'])],
    ['no length', head(['Host: localhost'])],
    ['two lengths', head([...LINES, 'content-length: 2'])],
    ['a list of lengths', head(['Host: a', 'Content-Length: 2, 2'])],
    ['a signed length', head(['Host: a', 'Content-Length: +2'])],
    ['a negative length', head(['Host: a', 'Content-Length: -2'])],
    ['a length in hex', head(['Host: a', 'Content-Length: 0x2'])],
    ['an empty length', head(['Host: a', 'Content-Length:'])],
    ['a length of eleven digits', head(['Host: a', 'Content-Length: 00000000002'])],
    ['a blank behind the length', head(['Host: a', 'Content-Length: 2 '])],
    ['a blank before the colon', head(['Host: a', 'Content-Length : 2'])],
    ['a tab before the colon', head(['Host: a', 'Content-Length\t: 2'])],
    ['a folded line', head([...LINES, 'a: b', ' c'])],
    ['a line without colon', head([...LINES, 'abc'])],
    ['an empty name', head([...LINES, ': b'])],
    ['a name that is no token', head([...LINES, 'a(b: c'])],
    ['a NUL', head([...LINES, 'a: \0'])],
    ['a DEL', head([...LINES, 'a: \x7f'])],
    ['a repeated header', head([...LINES, 'a: b', 'A: b'])],
    ['a name that every object has', head([...LINES, 'constructor: b'])],
    ['a prototype', head([...LINES, '__proto__: b'])],
    ['a transfer coding', head([...LINES, 'Transfer-Encoding: chunked'])],
    ['an expectation', head([...LINES, 'Expect: 100-continue'])],
    ['an upgrade', head([...LINES, 'Upgrade: h2c'])],
    ['trailers', head([...LINES, 'Trailer: a'])],
    ['te', head([...LINES, 'TE: trailers'])],
    ['a connection that closes', head([...LINES, 'Connection: close'])],
    ['a connection with options', head([...LINES, 'Connection: keep-alive, te'])],
    ['a proxy connection', head([...LINES, 'Proxy-Connection: keep-alive'])],
    ['more fields than any client sends', head([...LINES, ...manyFields(63)])],
    ['a head over the limit', head([...LINES, `a: ${'b'.repeat(HEADER_BYTES_MAX)}`])],
  ])('%s', (_what, text) => {
    expect(read(text)).toBeUndefined()
  })
})

function manyFields(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `x-${index}: y`)
}

describe('against node:http', () => {
  // The real parser, over a stream in memory.
  const waiting: ((request: IncomingMessage | undefined) => void)[] = []
  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX }, (request) =>
    waiting.shift()?.(request),
  )
  server.on('clientError', () => waiting.shift()?.(undefined))
  afterAll(() => server.close())

  const byNode = async (text: string): Promise<object | undefined> => {
    const [ours, its] = duplexPair()
    const request = new Promise<IncomingMessage | undefined>((resolve) => waiting.push(resolve))
    server.emit('connection', its)
    ours.on('error', () => undefined)
    ours.write(Buffer.from(text, 'latin1'))
    ours.end()
    const seen = await request
    if (seen === undefined) return undefined
    let bytes = 0
    for await (const chunk of seen as AsyncIterable<Buffer>) bytes += chunk.length
    const { method, url, headers } = seen
    ours.destroy()
    return { method, url, headers, bytes }
  }

  const OWS = fc.constantFrom('', ' ', '\t', ' \t ')
  const field = fc.oneof(
    {
      weight: 1,
      arbitrary: fc.constantFrom('Host: a', 'Content-Length: 5', 'Connection: keep-alive'),
    },
    {
      weight: 8,
      arbitrary: fc
        .tuple(
          fc.string({ unit: oneOf('aZ0-_!#$%&*+.^`|~'), minLength: 1, maxLength: 6 }),
          OWS,
          fc.string({
            unit: fc.oneof({ weight: 20, arbitrary: visible() }, latin1()),
            maxLength: 8,
          }),
          OWS,
        )
        .map(([name, before, value, after]) => `${name}:${before}${value}${after}`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(OWS, fc.constantFrom('5', '05', '0000000005', '4', '5,5', '5 5', '+5'), OWS)
        .map(([before, length, after]) => `content-length:${before}${length}${after}`),
    },
    { weight: 1, arbitrary: fc.string({ unit: latin1(), maxLength: 12 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'Transfer-Encoding: chunked',
        'cookie: a=b',
        'set-cookie: a',
        'Date:',
      ),
    },
  )
  const length = fc
    .tuple(OWS, fc.constantFrom('5', '05', '0000000005', '4'))
    .map(([blank, digits]) => `Content-Length:${blank}${digits}`)
  const plain = oneOf("ab/?%:@!$&'()*+,;=-._~")
  const odd = oneOf('#"<>\\^`{|} \t')
  const target = fc
    .string({ unit: fc.oneof({ weight: 30, arbitrary: plain }, odd), maxLength: 8 })
    .map((rest) => `/${rest}`)

  test('whatever is taken, node takes with the same method, address, headers and length', async () => {
    let taken = 0
    await fc.assert(
      fc.asyncProperty(
        target,
        length,
        fc.array(field, { maxLength: 6 }),
        async (url, length, more) => {
          const text = head([length, ...more, 'Host: a'], `POST ${url} HTTP/1.1`)
          const mine = read(text)
          if (mine === undefined) return
          taken += 1
          expect(await byNode(text + 'x'.repeat(mine.contentLength))).toEqual({
            method: 'POST',
            url: mine.url,
            headers: mine.headers,
            bytes: mine.contentLength,
          })
          expect(text.slice(0, mine.headBytes).endsWith('\r\n\r\n')).toBe(true)
        },
      ),
      { numRuns: 1_500 },
    )
    // A test of what is taken has to take something.
    expect(taken).toBeGreaterThan(300)
  })

  test('no bytes whatever make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        readHead(Buffer.from(bytes))
        readHead(
          Buffer.concat([Buffer.from('POST / HTTP/1.1\r\n'), bytes, Buffer.from('\r\n\r\n')]),
        )
      }),
    )
  })
})

function latin1(): fc.Arbitrary<string> {
  return fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code))
}

function visible(): fc.Arbitrary<string> {
  return fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code))
}

function oneOf(characters: string): fc.Arbitrary<string> {
  return fc.constantFrom(...characters.split(''))
}
