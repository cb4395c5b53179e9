import fc from 'fast-check'
import { expect, test } from 'vitest'
import { localMoment } from './local-moment.ts'

test('a text is a moment in RFC 3339 or nothing, and never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\dT:.-]{0,24}$/)), (text) => {
      const moment = localMoment(text)
      if (moment !== undefined) expect(new Date(moment).toISOString()).toBe(moment)
    }),
  )
  expect([localMoment(''), localMoment('2026-13-01T00:00'), localMoment('tomorrow')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

test('a moment is the same as the browser shows it in the field', () => {
  expect(localMoment('2026-11-22T20:15')).toBe(new Date(2026, 10, 22, 20, 15).toISOString())
})
