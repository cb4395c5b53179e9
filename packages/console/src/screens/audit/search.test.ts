import fc from 'fast-check'
import { expect, it } from 'vitest'
import { filterOf } from './filter.ts'
import { validateSearch } from './search.ts'

it('an address is read as it was written', () => {
  const search = {
    action: 'key.revoked',
    actor: 'key_01kp',
    target: 'epoch 3',
    outcome: 'refused',
    from: '2026-11-01',
    to: '2026-11-30',
    scope: 'platform',
  }
  expect(validateSearch(search)).toEqual(search)
})

it.each([
  ['action', 'DROP TABLE'],
  ['actor', 'a\0b'],
  ['target', '<b>'],
  ['outcome', 'maybe'],
  ['from', '22.11.2026'],
  ['to', 'yesterday'],
  ['scope', 'galaxy'],
])('a %s of %j is as if it were not there', (name, value) => {
  expect(validateSearch({ [name]: value })).toEqual({})
})

it('no address makes it throw, and what is left can be asked for', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.anything()), (search) => {
      void filterOf(validateSearch(search))
    }),
  )
})

it('a day that the calendar does not have is no filter', () => {
  expect(filterOf({ from: '2026-99-99', to: '2026-13-01' })).toEqual({})
})

it('a range of days ends with the last of them', () => {
  const { from = '', to = '' } = filterOf({ from: '2026-11-22', to: '2026-11-22' })
  expect(Date.parse(to) - Date.parse(from)).toBe(86_400_000)
})
