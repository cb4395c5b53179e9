import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createIds, deriveId, fromUuid, instant, parseId, toUuid, type Clock } from './index.ts'

const clockAt = (epochMs: number): Clock => ({ now: () => instant(epochMs), monotonicMs: () => 0 })

it('an id and its UUID are the same 128 bits', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      const id = fromUuid('srv', uuid)
      expect(toUuid(id)).toBe(uuid)
      expect(parseId('srv', id)).toBe(id)
    }),
  )
})

it('later ids sort after earlier ones, as text', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31), fc.integer({ min: 1, max: 1_000_000 }), (at, laterMs) => {
      const earlier = createIds(clockAt(at)).make('evt')
      const later = createIds(clockAt(at + laterMs)).make('evt')
      expect(earlier < later).toBe(true)
    }),
  )
})

it('a made id is a UUIDv7 of its moment (RFC 9562 §5.7)', () => {
  const uuid = toUuid(createIds(clockAt(0x0123456789ab)).make('key'))
  expect(uuid.slice(0, 13)).toBe('01234567-89ab')
  expect(uuid[14]).toBe('7')
  expect('89ab').toContain(uuid[19])
})

it('a derived id is the same for the same digest and says version 8', () => {
  const digest = new Uint8Array(32).fill(7)
  expect(deriveId('txn', digest)).toBe(deriveId('txn', digest))
  expect(toUuid(deriveId('txn', digest))[14]).toBe('8')
})

it.each([
  '',
  'srv_',
  'key_01jd5h8x5p4q6r7s8t9v0w1x2y',
  'srv_z1jd5h8x5p4q6r7s8t9v0w1x2y',
  'srv_01JD5H8X5P4Q6R7S8T9V0W1X2Y',
])('a stranger’s text is no server id: %j', (text) => {
  expect(parseId('srv', text)).toBeUndefined()
})
