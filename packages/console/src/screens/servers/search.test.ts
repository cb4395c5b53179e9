import fc from 'fast-check'
import { expect, test } from 'vitest'
import { validateSearch, validateServerSearch } from './search.ts'

const anySearch = fc.dictionary(
  fc.constantFrom('q', 'state', 'owner', 'sort', 'order', 'dialog', 'tab', 'tool', 'x'),
  fc.oneof(fc.anything(), fc.constantFrom('healthy', 'mine', 'name', 'desc', 'tools', 'price')),
)

test('any address is read, and reading what was read changes nothing', () => {
  fc.assert(
    fc.property(anySearch, (search) => {
      const list = validateSearch(search)
      expect(validateSearch({ ...list })).toEqual(list)
      const one = validateServerSearch(search)
      expect(validateServerSearch({ ...one })).toEqual(one)
      expect(Object.values({ ...list, ...one })).not.toContain(undefined)
    }),
  )
})

test('known words stay, unknown ones go', () => {
  expect(
    validateSearch({ q: 7, state: 'down', owner: 'mine', sort: 'secret', dialog: 'register' }),
  ).toEqual({
    q: '7',
    state: 'down',
    owner: 'mine',
    dialog: 'register',
  })
  expect(validateServerSearch({ tab: 'tools', tool: 'echo', dialog: 'price' })).toEqual({
    tab: 'tools',
    tool: 'echo',
    dialog: 'price',
  })
})

test('no dialog is open about no tool', () => {
  expect(validateServerSearch({ dialog: 'price' })).toEqual({})
})
