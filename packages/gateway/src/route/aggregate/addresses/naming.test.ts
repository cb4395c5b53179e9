import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { exposedNames, qualifiedName, type NamedServer } from './naming.ts'

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

test('a name that no model API takes is made to fit, and two that then look alike differ', () => {
  expect(exposedNames([{ alias: 'a', names: ['files.read', 'größe/1'] }])).toEqual([
    ['files_read', 'gr__e_1'],
  ])
  const [[dotted, plain] = []] = exposedNames([{ alias: 'a', names: ['x.y', 'x_y'] }])
  expect(dotted).not.toBe(plain)
  expect([dotted, plain].every((name) => /^a__x_y_[0-9a-f]{12}$/.test(name ?? ''))).toBe(true)
})

test('a long name ends in a hash of its alias and itself, the same at any time and whoever is beside it', () => {
  const long = `${'very_long_'.repeat(12)}name`
  const shownBeside = (others: readonly string[]): string | undefined =>
    exposedNames(['a', ...others].map((alias) => ({ alias, names: [long] })))[0]?.[0]
  expect(shownBeside([])).toMatch(/^very_long_.{41}_[0-9a-f]{12}$/)
  expect(shownBeside(['b', 'c'])).toBe(shownBeside([]))
  expect(qualifiedName('a', long)).toMatch(/^a__very_long_.{38}_[0-9a-f]{12}$/)
})

const tricky = fc.constantFrom('x', 'y', 'a__x', 'b__x', 'b__a__x', 'z', 'x.y', 'x_y', 'x y', '')
const name = fc.oneof(
  tricky,
  fc.string({ maxLength: 140 }),
  fc.string({ unit: 'binary', maxLength: 90 }),
)
const servers: fc.Arbitrary<NamedServer[]> = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c-1', 'd'.repeat(64)), { maxLength: 4 })
  .chain((aliases) =>
    fc.tuple(
      ...aliases.map((alias) =>
        fc.uniqueArray(name, { maxLength: 8 }).map((names) => ({ alias, names })),
      ),
    ),
  )

test('shown names are unique and fit every model API, whatever servers call theirs', () => {
  fc.assert(
    fc.property(servers, (list) => {
      const shown = exposedNames(list).flat()
      expect(new Set(shown).size).toBe(shown.length)
      for (const one of shown) expect(one).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
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

test('what fits and collides with nothing is not renamed', () => {
  const fitting = fc.stringMatching(/^[A-Za-z0-9-]{1,64}$/)
  fc.assert(
    fc.property(fc.uniqueArray(fitting, { minLength: 2, maxLength: 12 }), (names) => {
      const half = Math.floor(names.length / 2)
      const list = [
        { alias: 'a', names: names.slice(0, half) },
        { alias: 'b', names: names.slice(half) },
      ]
      expect(exposedNames(list)).toEqual(list.map((server) => server.names))
    }),
  )
})
