import { setImmediate as turn } from 'node:timers/promises'
import type { IncomingHttpHeaders } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { post, RawClient, startWireBench, type WireBench } from './testing.ts'

/** Enough to try every pair of tricks some times; each is a connection to both listeners. */
const CASES = 500
/** Turns of the loop between two writes, so that they are read apart. */
const TURNS_APART = 3
/** Turns in which a server has long ended what it cannot read. */
const TURNS_AT_END = 8
/** Requests in one case. */
const REQUESTS_MAX = 3

type Carried = {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string | undefined
}
type Outcome = {
  carried: Carried[]
  answers: { status: number; connection: string | undefined }[]
  /** Whether the server ended the connection before the client said that it has no more to say. */
  isCut: boolean
}

let carried: Carried[] = []
let benches: readonly [fast: WireBench, node: WireBench]

beforeAll(async () => {
  const start = (fastPath: boolean): Promise<WireBench> =>
    startWireBench(
      async ({ method, path, headers, reply, readBody }) => {
        const seen: Carried = { method, path, headers: { ...headers }, body: undefined }
        carried.push(seen)
        seen.body = method === 'POST' ? await readBody() : ''
        reply.json(200, JSON.stringify({ path, length: seen.body.length }))
      },
      { fastPath },
    )
  benches = [await start(true), await start(false)]
})
afterAll(async () => {
  for (const { listener } of benches) {
    listener.cut()
    await listener.close()
  }
  const [bug] = benches.flatMap(({ bugs }) => bugs)
  if (bug !== undefined) throw bug
})

/** Sends the pieces one after another, says that no more comes, and looks at all that came of it. */
async function converse(bench: WireBench, pieces: readonly Buffer[]): Promise<Outcome> {
  carried = []
  const client = await RawClient.open(bench.port)
  for (const piece of pieces) {
    // Nothing is said to a server that has ended: the write would fail and what it said be lost.
    if (/^connection: close/im.test(client.text) || client.socket.readableEnded) break
    client.socket.write(piece)
    for (let turns = 0; turns < TURNS_APART; turns += 1) await turn()
  }
  for (let turns = 0; turns < TURNS_AT_END; turns += 1) await turn()
  const isCut = client.socket.readableEnded || client.socket.destroyed
  client.socket.end()
  await client.closed
  const answers = client.answers.map(({ status, headers }) => ({
    status,
    connection: headers['connection'],
  }))
  return { carried, answers, isCut }
}

/**
 * The same requests, the same answers, and the same connections cut. Behind bytes that cannot be read nothing is
 * promised: node:http itself then drops answers that are not out yet, or its own 400, as the turn of the loop will
 * have it. There, one side's answers begin the other's.
 */
function expectSame(fast: Outcome, node: Outcome): void {
  const headsOf = (outcome: Outcome): object[] =>
    outcome.carried.map(({ method, path, headers }) => ({ method, path, headers }))
  expect(headsOf(fast)).toEqual(headsOf(node))
  expect(fast.isCut).toBe(node.isCut)
  if (!node.isCut) return expect(fast).toEqual(node)
  const [shorter, longer] = [given(fast), given(node)].sort((a, b) => a.length - b.length)
  expect(longer?.slice(0, shorter?.length)).toEqual(shorter)
}

function given({ answers }: Outcome): Outcome['answers'] {
  return answers.at(-1)?.status === 400 ? answers.slice(0, -1) : answers
}

const BODY = '{"a":"\u00e9"}'
const SWAPS: readonly (readonly [from: string | RegExp, to: string])[] = [
  ['\r\ncontent-length', '\ncontent-length'],
  ['\r\n\r\n', '\n\n'],
  ['\r\n\r\n', '\r\n\n'],
  ['\r\n\r\n', '\r\n \r\n\r\n'],
  ['\r\n\r\n', '\r\r\n\r\n'],
  [/content-length: (\d+)/, 'content-length: $1\r\ncontent-length: $1'],
  [/content-length: (\d+)/, 'content-length: $1\r\nContent-Length: 1'],
  [/content-length: (\d+)/, 'content-length: $1, $1'],
  [/content-length: (\d+)/, 'content-length : $1'],
  [/content-length: (\d+)/, 'content-length\t: $1'],
  [/content-length: (\d+)/, 'content-length:\t$1'],
  [/content-length: (\d+)/, 'content-length: $1\t'],
  [/content-length: (\d+)/, 'content-length: +$1'],
  [/content-length: (\d+)/, 'content-length: -$1'],
  [/content-length: (\d+)/, 'content-length: 000$1'],
  [/content-length: (\d+)/, 'content-length: 0x$1'],
  [/content-length: (\d+)/, 'content-length: 0$1 1'],
  [/content-length: (\d+)/, 'content-length: 18446744073709551618'],
  [/content-length: (\d+)/, 'content-length: 4194305'],
  [/content-length: (\d+)/, 'content-length:'],
  [/content-length: (\d+)/, 'content-length: 0'],
  [/content-length: (\d+)/, 'content-length: 3'],
  [/content-length: (\d+)/, 'content-length: 99'],
  [/content-length: (\d+)/, 'transfer-encoding: chunked\r\ncontent-length: $1'],
  [/content-length: (\d+)/, 'content-length: $1\r\ntransfer-encoding: identity'],
  [/content-length: (\d+)/, 'content-length: $1\r\ntransfer-encoding : chunked'],
  [/content-length: (\d+)/, 'content-length: $1\r\ntransfer-encoding: xchunked'],
  [/content-length: (\d+)\r\n\r\n/, 'transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n'],
  [
    /content-length: (\d+)\r\n\r\n/,
    'transfer-encoding: chunked\r\n\r\n2;x=y\r\n{}\r\n0\r\na: b\r\n\r\n',
  ],
  [/content-length: (\d+)\r\n\r\n/, 'transfer-encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n'],
  [/content-length: (\d+)\r\n\r\n/, 'transfer-encoding: chunked\r\n\r\n2\n{}\n0\n\n'],
  ['host: localhost', 'host: localhost\r\n folded'],
  ['host: localhost', 'host: localhost\r\nx-nul: a\0b'],
  ['host: localhost', 'host: localhost\r\nx-cr: a\rb'],
  ['host: localhost', 'host: localhost\r\nx-obs: \u00ff\u0080'],
  ['host: localhost', 'host: localhost\r\nhost: localhost'],
  ['host: localhost', 'host: localhost\r\nHost: evil.example'],
  ['host: localhost', 'x-no-host: 1'],
  ['host: localhost', 'host:'],
  ['host: localhost', 'host: evil.example'],
  ['host: localhost', 'host: localhost\r\nconnection: close'],
  ['host: localhost', 'host: localhost\r\nConnection: Keep-Alive'],
  ['host: localhost', 'host: localhost\r\nconnection: keep-alive, x'],
  ['host: localhost', 'host: localhost\r\nproxy-connection: close'],
  ['host: localhost', 'host: localhost\r\nexpect: 100-continue'],
  ['host: localhost', 'host: localhost\r\nexpect: x'],
  ['host: localhost', 'host: localhost\r\nconnection: upgrade\r\nupgrade: x'],
  ['host: localhost', 'host: localhost\r\nupgrade: x'],
  ['host: localhost', 'host: localhost\r\nte: trailers\r\ntrailer: a'],
  ['host: localhost', 'host: localhost\r\ncookie: a=b\r\ncookie: c=d'],
  ['host: localhost', 'host: localhost\r\nset-cookie: a=b'],
  ['host: localhost', 'host: localhost\r\n__proto__: a\r\nconstructor: b'],
  ['host: localhost', 'host: localhost\r\nx y: z'],
  ['host: localhost', 'host: localhost\r\n: z'],
  ['host: localhost', 'host: localhost\r\nnocolon'],
  ['application/json', 'text/plain'],
  ['HTTP/1.1', 'HTTP/1.0'],
  ['HTTP/1.1', 'HTTP/1.2'],
  ['HTTP/1.1', 'HTTP/2.0'],
  ['HTTP/1.1', 'http/1.1'],
  [' HTTP/1.1', ''],
  [' HTTP/1.1', '\tHTTP/1.1'],
  [' HTTP/1.1\r\n', ' HTTP/1.1 \r\n'],
  ['POST', 'post'],
  ['POST', 'PUT'],
  ['POST', 'GET'],
  ['POST', 'OPTIONS'],
  ['POST', 'PRI'],
  ['POST', '\r\nPOST'],
  ['POST', ' POST'],
  ['POST ', 'POST  '],
  ['/mcp', 'http://localhost/mcp'],
  ['/mcp', '*'],
  ['/mcp', '/mcp#x'],
  ['/mcp', '/mcp?a=b%20c'],
  ['/mcp', '/m\u00e9'],
  ['/mcp', '//evil'],
  ['/mcp', '/a"<>\\^`{|}'],
  [BODY, `${BODY}GET`],
  [BODY, `${BODY}\r\n`],
  [BODY, `${BODY}\r\n\r\n`],
  [BODY, '{'],
]

const request = fc
  .tuple(
    fc.constantFrom('', BODY, `["${'x'.repeat(300)}"]`),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 4, arbitrary: fc.array(fc.constantFrom(...SWAPS), { minLength: 1, maxLength: 2 }) },
    ),
    // One byte anywhere becomes another.
    fc.option(fc.tuple(fc.nat(400), fc.integer({ min: 0, max: 255 })), { freq: 6 }),
  )
  .map(([body, swaps, slip]) => {
    let text = Buffer.from(post(body)).toString('latin1')
    for (const [from, to] of swaps) text = text.replace(from, to)
    const bytes = Buffer.from(text, 'latin1')
    if (slip !== null && slip[0] < bytes.length) bytes[slip[0]] = slip[1]
    return bytes
  })

test('whatever a client sends, in whatever pieces: the same requests are carried and the same answers given as by node:http', async () => {
  let carriedInAll = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { minLength: 1, maxLength: REQUESTS_MAX }),
      fc.array(fc.nat(600), { maxLength: 3 }),
      async (requests, cuts) => {
        const bytes = Buffer.concat(requests)
        const at = [...new Set([0, ...cuts.filter((cut) => cut < bytes.length)])].sort(
          (a, b) => a - b,
        )
        const pieces = at.map((from, index) => bytes.subarray(from, at[index + 1]))
        const fast = await converse(benches[0], pieces)
        const node = await converse(benches[1], pieces)
        carriedInAll += fast.carried.length
        expectSame(fast, node)
      },
    ),
    { numRuns: CASES },
  )
  expect(carriedInAll).toBeGreaterThan(CASES / 2)
})

test.each(SWAPS.map(([from, to]) => [String(from), JSON.stringify(to), from, to] as const))(
  '%s replaced by %s, with an honest request behind it, is served as by node:http',
  async (_from, _to, from, to) => {
    const first = Buffer.from(post(BODY)).toString('latin1').replace(from, to)
    const pieces = [Buffer.from(first, 'latin1'), Buffer.from(post('{}'))]
    const fast = await converse(benches[0], pieces)
    const node = await converse(benches[1], pieces)
    expectSame(fast, node)
  },
)
