import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { insertionInto } from './insertion.ts'

it('one insertion in any place is found, whatever it repeats of its surroundings', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (before, inserted, after) => {
      const found = insertionInto(before + after, before + inserted + after)
      expect(found).toHaveLength(inserted.length)
    }),
  )
})

it('a change in a second place, a removal or a replacement is no insertion', () => {
  expect(insertionInto('{"a":1,"b":2}', '{"x":0,"a":1,"b":3}')).toBeUndefined()
  expect(insertionInto('{"a":1}', '{}')).toBeUndefined()
  expect(insertionInto('{"a":1}', '{"a":2}')).toBeUndefined()
})
