import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Body } from './body.ts'

const NOTHING = Buffer.alloc(0)
const bodyOf = (length: number, first: Buffer = NOTHING): Body =>
  new Body(length, first, () => undefined)

test('in whatever pieces a body comes, its text is the same, and what stands behind it is given back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme' }),
      fc.uint8Array(),
      fc.array(fc.nat(40)),
      fc.boolean(),
      async (text, behind, cuts, isReadEarly) => {
        const bytes = Buffer.from(text)
        const all = Buffer.concat([bytes, behind])
        const at = [...new Set([0, ...cuts.filter((cut) => cut < all.length)])].sort(
          (a, b) => a - b,
        )
        const body = bodyOf(bytes.length)
        const early = isReadEarly ? body.read() : undefined
        const rests: Buffer[] = []
        for (const [index, from] of at.entries()) {
          const piece = all.subarray(from, at[index + 1])
          const rest = body.isWhole ? piece : body.take(piece)
          if (rest !== undefined) rests.push(rest)
        }
        expect(await (early ?? body.read())).toBe(text)
        expect(Buffer.concat(rests)).toEqual(Buffer.from(behind))
      },
    ),
  )
})

test('a body that came with its head is there at once', () => {
  expect(bodyOf(2, Buffer.from('{}')).read()).toBe('{}')
  expect(bodyOf(0).read()).toBe('')
})

test('bytes that are not UTF-8 are refused, early and late', async () => {
  const bytes = Buffer.of(0x22, 0xff, 0x22)
  expect(() => bodyOf(3, bytes).read()).toThrow(/UTF-8/)
  const late = bodyOf(3)
  const reading = late.read()
  late.take(bytes)
  await expect(reading).rejects.toThrow(/UTF-8/)
})

test('what nobody has asked for is counted; asked for, passed over or given up it is not', async () => {
  const [idle, wanted, dropped, failed] = Array.from({ length: 4 }, () => bodyOf(8))
  const reading = wanted?.read()
  dropped?.drop()
  failed?.fail()
  for (const body of [idle, wanted, dropped, failed]) body?.take(Buffer.from('1234'))
  expect([idle, wanted, dropped, failed].map((body) => body?.idleBytes)).toEqual([4, 0, 0, 0])
  expect(idle?.take(Buffer.from('5678next'))?.toString()).toBe('next')
  wanted?.take(Buffer.from('5678'))
  expect(await reading).toBe('12345678')
})

test('a body that does not come in time is refused to who waits, and to who asks later', async () => {
  const waited = bodyOf(8)
  const reading = waited.read()
  waited.fail()
  waited.fail()
  await expect(reading).rejects.toMatchObject({ code: 'listen.body_timeout' })
  const asked = bodyOf(8)
  asked.fail()
  expect(() => asked.read()).toThrow(expect.objectContaining({ code: 'listen.body_timeout' }))
  const whole = bodyOf(2, Buffer.from('{}'))
  whole.fail()
  expect([whole.isFailed, whole.read()]).toEqual([false, '{}'])
})
