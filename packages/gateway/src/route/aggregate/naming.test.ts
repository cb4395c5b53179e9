import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { exposedNames } from './naming.ts'

test('only names that two servers have are prefixed', () => {
  const shown = exposedNames([
    { alias: 'a', names: ['echo', 'add'] },
    { alias: 'b', names: ['echo', 'sub'] },
  ])
  expect(shown).toEqual([
    ['a__echo', 'add'],
    ['b__echo', 'sub'],
  ])
})

test('a plain name that looks like a made one steps aside as well', () => {
  const shown = exposedNames([
    { alias: 'a', names: ['echo'] },
    { alias: 'b', names: ['echo'] },
    { alias: 'c', names: ['a__echo'] },
  ])
  expect(shown).toEqual([['a__echo'], ['b__echo'], ['c__a__echo']])
})

const names = fc.uniqueArray(fc.constantFrom('x', 'y', 'a__x', 'b__x', 'b__a__x', 'z'), {
  maxLength: 6,
})
const servers = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 })
  .chain((aliases) =>
    fc.tuple(...aliases.map((alias) => names.map((list) => ({ alias, names: list })))),
  )

test('shown names are unique, whatever servers call theirs', () => {
  fc.assert(
    fc.property(servers, (list) => {
      const shown = exposedNames(list).flat()
      expect(new Set(shown).size).toBe(shown.length)
    }),
  )
})

test('the order of servers does not change a name', () => {
  fc.assert(
    fc.property(servers, (list) => {
      const forward = exposedNames(list)
      const backward = exposedNames(list.toReversed()).toReversed()
      expect(forward).toEqual(backward)
    }),
  )
})
