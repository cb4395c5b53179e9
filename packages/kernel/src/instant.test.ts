import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromRfc3339, instant, toRfc3339 } from './index.ts'

it('a moment survives the wire', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (epochMs) => {
      expect(fromRfc3339(toRfc3339(instant(epochMs)))).toBe(epochMs)
    }),
  )
})

it.each(['', '2026-11-22', '22.11.2026 10:00', '2026-13-01T00:00:00Z', '2026-11-22T10:00:00'])(
  'a text that is no RFC 3339 time is refused: %j',
  (text) => {
    expect(() => fromRfc3339(text)).toThrow(RangeError)
  },
)
