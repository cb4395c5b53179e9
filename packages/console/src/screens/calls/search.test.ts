import fc from 'fast-check'
import { expect, it } from 'vitest'
import { filterOf, validateSearch } from './search.ts'

it('whatever the address says, reading it never throws and reads the same again', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom('side', 'server', 'tool', 'outcome', 'q', 'from', 'to', 'x'),
        fc.anything(),
      ),
      (raw) => {
        const search = validateSearch(raw)
        expect(validateSearch(search)).toEqual(search)
        expect(Object.values(search)).not.toContain(undefined)
      },
    ),
  )
})

it('keeps what is known and drops what is not', () => {
  expect(
    validateSearch({
      side: 'payer',
      server: 'srv_1',
      tool: 'echo',
      outcome: 'timeout',
      q: 12,
      from: '2026-11-22T12:00:00.123Z',
      to: 'yesterday',
    }),
  ).toEqual({
    side: 'payer',
    server: 'srv_1',
    tool: 'echo',
    outcome: 'timeout',
    q: '12',
    from: '2026-11-22T12:00:00.123Z',
  })
  expect(validateSearch({ side: 'any', outcome: 'fine', to: '2026-13-40T99:00:00Z' })).toEqual({})
})

it('asks the platform for everything but the text', () => {
  expect(filterOf({ side: 'publisher', server: 'srv_1', q: 'abc' })).toEqual({
    side: 'publisher',
    serverId: 'srv_1',
  })
})
