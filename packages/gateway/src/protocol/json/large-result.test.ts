import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readMessage, MessageError } from '../message.ts'
import { rewriteResponse } from '../rewrite.ts'
import { memberOf } from './span.ts'
import { editObject, splice } from './splice.ts'
import {
  LargeResult,
  LargeResultError,
  type EditMember,
  type LargeResultEnd,
  type LargeResultTail,
} from './large-result.ts'

const CAP = 1_000_000

function cut(body: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = cuts.map((nat) => nat % (body.length + 1)).toSorted((a, b) => a - b)
  return [...ends, body.length].map((end, at) => body.subarray(ends[at - 1] ?? 0, end))
}

function run(
  text: string,
  idText: string,
  cuts: readonly number[],
  edits: ReadonlyMap<string, EditMember> = new Map(),
): { out: string; held: string; end: LargeResultEnd; tail: LargeResultTail } {
  const large = new LargeResult({ idText, bytesMax: CAP, edits })
  const sent: Uint8Array[] = []
  for (const chunk of cut(Buffer.from(text), cuts)) sent.push(...large.push(chunk))
  const tail = large.end()
  const held = Buffer.from(tail.finish()).toString()
  return { out: Buffer.concat(sent).toString(), held, end: tail.end, tail }
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

/** Bits of messages, good and bad; put together at random they are mostly nearly right. */
const KEYS = [
  'id',
  'jsonrpc',
  'result',
  'error',
  'method',
  'x',
  'res\\u0075lt',
  '_meta',
  '\\u005fmeta',
]
const VALUES = [
  '1',
  '"2.0"',
  '"2\\u002e0"',
  'null',
  'true',
  '-0.5e+3',
  '{}',
  '{"a":[1,"\\n\\u00e9",{}]}',
  '{"_meta":{"k":1},"isError":true}',
  '{"_meta":{"k":1,"\\u006b":2}}',
  '{"isError":true,"is\\u0045rror":false}',
  '{"a":1,"a":2}',
  '[1,2]',
  '01',
  '1.',
  '"\t"',
  '"\\x"',
  'nul',
  '{"a":1,}',
  '[,]',
  `${'['.repeat(256)}${']'.repeat(256)}`,
  '',
]
const nearly = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES)), { maxLength: 3 }),
    fc.constantFrom(...VALUES),
    fc.boolean(),
    fc.constantFrom('', ' ', '}', ',', '\n'),
  )
  .map(([more, value, isFirst, end]) => {
    const own = `"jsonrpc":"2.0","id":7,"result":${value}`
    const others = more.map(([key, text]) => `"${key}":${text}`)
    return `{${(isFirst ? [own, ...others] : [...others, own]).join(',')}}${end}`
  })

test('whatever a server writes, a result that streams is taken, changed and refused as one that is held', () => {
  fc.assert(
    fc.property(fc.oneof(nearly, fc.json()), fc.array(fc.nat()), (text, cuts) => {
      expect(streamed(text, cuts)).toEqual(held(text))
    }),
    { numRuns: 1_500 },
  )
})

function held(text: string): string | undefined {
  try {
    const message = readMessage(text)
    if (message.kind !== 'response') return undefined
    const { idText = 'null' } = message
    // An id that is no scalar is nobody's, and stays.
    return /^(?:null|[{[])/.test(idText) ? text : rewriteResponse(message, '"mine"')
  } catch (error) {
    if (!(error instanceof MessageError)) throw error
    return undefined
  }
}

function streamed(text: string, cuts: readonly number[]): string | undefined {
  try {
    const { out, held: last } = run(text, '"mine"', cuts)
    return out + last
  } catch (error) {
    if (!(error instanceof LargeResultError)) throw error
    return undefined
  }
}

test('members of a result are edited, left out and added as in one that is held, whatever stands around them', () => {
  const member = fc.tuple(
    fc.constantFrom('_meta', 'resultType', 'a', 'b', 'c'),
    fc.constantFrom('{"k":1}', '"complete"', '[1,{"_meta":2}]'),
    blank,
  )
  const members = fc.uniqueArray(member, { selector: ([key]) => key, maxLength: 5 })
  fc.assert(
    fc.property(members, blank, fc.array(fc.nat()), (all, ws, cuts) => {
      const body = all.map(([key, value, own]) => `${ws}"${key}"${own}:${own}${value}${ws}`)
      const text = `{"result":{${body.join(',')}${ws}},"jsonrpc":"2.0","id":7}`
      const edits = new Map<string, EditMember>([
        ['resultType', () => undefined],
        ['_meta', () => '{"mine":true}'],
      ])
      const { out, tail } = run(text, '8', cuts, edits)
      const message = readMessage(text)
      if (message.result === undefined) throw new Error('the test wrote no result')
      const set = new Map(
        memberOf(message.result, '_meta') === undefined ? [] : [['_meta', '{"mine":true}']],
      )
      const change = { set, remove: new Set(['resultType']) }
      const whole = splice(text, editObject(message.result, change))
      const strip = (given: string): string => given.replaceAll(/\s/g, '')
      expect(strip(out + Buffer.from(tail.finish()).toString())).toBe(
        strip(whole).replace('"id":7', '"id":8'),
      )
      const added = Buffer.from(tail.finish(new Map([['z', '1']]))).toString()
      expect(JSON.parse(out + added)).toEqual({
        ...(JSON.parse(whole) as object),
        id: 8,
        result: { ...(JSON.parse(whole) as { result: object }).result, z: 1 },
      })
    }),
  )
})

test('bytes that are no UTF-8 are refused, and characters that are cut by a border are not', () => {
  const text = '{"jsonrpc":"2.0","id":7,"result":{"a":"é€😀"}}'
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += 1) expect(run(text, '7', [at]).end.kind).toBe('result')
  for (const wrong of ['\xff', '\xe2\x82', '\xc0\x80', '\xed\xa0\x80']) {
    const broken = Buffer.from(text.replace('é€😀', wrong), 'latin1')
    const large = new LargeResult({ idText: '1', bytesMax: CAP })
    expect(() => cut(broken, [36]).map((chunk) => large.push(chunk))).toThrow(LargeResultError)
  }
})

test('a result over the cap is refused as soon as it is', () => {
  const large = new LargeResult({ idText: '1', bytesMax: 1_024 })
  expect(() => large.push(Buffer.alloc(2_000, 0x20))).toThrow(
    expect.objectContaining({ reason: 'too_large' }),
  )
})

test('what follows the result is bounded', () => {
  const large = new LargeResult({ idText: '1', bytesMax: CAP })
  const tail = `{"jsonrpc":"2.0","id":1,"result":{"a":1},"x":"${'x'.repeat(70_000)}"}`
  expect(() => large.push(Buffer.from(tail))).toThrow(
    expect.objectContaining({ reason: 'too_large' }),
  )
})
