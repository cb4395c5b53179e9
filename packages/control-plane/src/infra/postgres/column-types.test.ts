import { toRfc3339, type Instant } from '@mcp-orchestra/kernel'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseTimestamp, parseWhole } from './column-types.ts'

/** As the server writes it: a blank for the T, microseconds without trailing zeros, a short offset. */
function asServerText(epochMs: number, micros: string, offset: string): string {
  return `${toRfc3339(epochMs as Instant)
    .slice(0, 19)
    .replace('T', ' ')}${micros}${offset}`
}

test('a timestamp is the same moment in whatever zone the session is', () => {
  const moments = fc.integer({ min: 0, max: 4_102_444_800 })
  const offsets = fc.record({
    sign: fc.constantFrom(1, -1),
    hours: fc.integer({ min: 0, max: 14 }),
    minutes: fc.constantFrom(0, 30, 45),
  })
  fc.assert(
    fc.property(moments, offsets, (seconds, { sign, hours, minutes }) => {
      const shift = sign * (hours * 60 + minutes) * 60
      const two = (part: number) => String(part).padStart(2, '0')
      const zone = `${sign > 0 ? '+' : '-'}${two(hours)}${minutes === 0 ? '' : `:${two(minutes)}`}`
      const text = asServerText((seconds + shift) * 1_000, '.12', zone)
      expect(parseTimestamp(text)).toBe(seconds * 1_000 + 120)
    }),
  )
})

test.each(['infinity', '-infinity', '0044-03-15 00:00:00+00 BC', ''])('%j is no moment', (text) => {
  expect(() => parseTimestamp(text)).toThrow(RangeError)
})

test('every whole number of 38 digits arrives exactly', () => {
  const limit = 10n ** 38n - 1n
  fc.assert(
    fc.property(fc.bigInt({ min: -limit, max: limit }), (amount) => {
      expect(parseWhole(amount.toString())).toBe(amount)
    }),
  )
})

test.each(['1.5', '1.0', 'NaN', 'Infinity', '1e3', '', ' 1'])('%j is refused', (text) => {
  expect(() => parseWhole(text)).toThrow('not a whole number')
})
