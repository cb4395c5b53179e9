import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LargeResult, LargeResultError, type LargeResultEnd } from './large-result.ts'

const CAP = 1_000_000

function run(
  text: string,
  idText: string,
  cuts: readonly number[],
): { out: string; held: string; end: LargeResultEnd } {
  const body = Buffer.from(text)
  const large = new LargeResult(idText, CAP)
  const sent: Uint8Array[] = []
  let at = 0
  for (const cut of [
    ...cuts.map((nat) => nat % (body.length + 1)).toSorted((a, b) => a - b),
    body.length,
  ]) {
    sent.push(...large.push(body.subarray(at, cut)))
    at = cut
  }
  const { end, held } = large.end()
  return { out: Buffer.concat(sent).toString(), held: Buffer.from(held).toString(), end }
}

const blank = fc.stringMatching(/^[ \t\r\n]{0,2}$/)
const result = fc.dictionary(
  fc.oneof(fc.string(), fc.constantFrom('isError', 'resultType', '_meta', 'id')),
  fc.jsonValue(),
)
const id = fc
  .oneof(
    fc.integer(),
    fc.string().filter((text) => !text.includes('\u0000')),
  )
  .map((value) => JSON.stringify(value))

test('whatever the chunks and the formatting, only the id changes and the closing brace is held', () => {
  fc.assert(
    fc.property(
      result,
      id,
      id,
      blank,
      fc.array(fc.nat()),
      fc.shuffledSubarray(['jsonrpc', 'id', 'result', 'x'], { minLength: 4 }),
      (body, from, to, ws, cuts, order) => {
        const members: Record<string, string> = {
          jsonrpc: '"2.0"',
          id: from,
          result: JSON.stringify(body, null, ws),
          x: '[{"id":"]"}]',
        }
        const write = (idText: string): string =>
          `${ws}{${order.map((key) => `${ws}"${key}"${ws}:${ws}${key === 'id' ? idText : (members[key] ?? '')}${ws}`).join(',')}}${ws}`
        const { out, held, end } = run(write(from), to, cuts)
        expect(out + held).toBe(write(to))
        expect(held.startsWith('}')).toBe(true)
        expect(end.kind).toBe('result')
        expect(end.idText).toBe(from)
        expect(end.isEmpty).toBe(Object.keys(body).length === 0)
        expect(end.hasMeta).toBe('_meta' in body)
        if (typeof body['isError'] === 'boolean')
          expect(end.isErrorText).toBe(String(body['isError']))
        if (typeof body['resultType'] === 'string')
          expect(end.resultTypeText).toBe(JSON.stringify(body['resultType']))
      },
    ),
  )
})

test('an error response is known as one', () => {
  const { end } = run('{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"no"}}', '2', [3, 30])
  expect(end.kind).toBe('error')
})

const refused = (text: string): void => {
  expect(() => run(text, '1', [5])).toThrow(LargeResultError)
}

test('what is no response is refused: cut, unbalanced, without id, with two ids, with a result that is no object', () => {
  refused('{"id":1,"result":{"a":1}')
  refused('{"id":1,"result":{"a":[1}]}')
  refused('{"result":{"a":1}}')
  refused('{"id":1,"id":2,"result":{}}')
  refused('{"id":1,"result":[1]}')
  refused('{"id":{},"result":{}}')
  refused('{"id":1,"result":{}}{}')
  refused('[]')
})

test('a result over the cap is refused as soon as it is', () => {
  const large = new LargeResult('1', 1_024)
  expect(() => large.push(Buffer.alloc(2_000, 0x20))).toThrow(
    expect.objectContaining({ reason: 'too_large' }),
  )
})

test('what follows the result is bounded', () => {
  const large = new LargeResult('1', CAP)
  const tail = `{"id":1,"result":{"a":1},"x":"${'x'.repeat(70_000)}"}`
  expect(() => large.push(Buffer.from(tail))).toThrow(
    expect.objectContaining({ reason: 'invalid' }),
  )
})
