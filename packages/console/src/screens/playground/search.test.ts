import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ARGS_MAX, validateSearch } from './search.ts'

test('any address is read without an error, and reading it again changes nothing', () => {
  const value = fc.oneof(fc.jsonValue(), fc.string(), fc.json(), fc.constant(undefined))
  const search = fc.dictionary(fc.constantFrom('server', 'tool', 'args', 'view', 'x'), value)
  fc.assert(
    fc.property(search, (given) => {
      const read = validateSearch(given)
      expect(validateSearch({ ...read })).toEqual(read)
      expect(read.args?.length ?? 0).toBeLessThanOrEqual(ARGS_MAX)
      if (read.args !== undefined) expect(JSON.parse(read.args)).toBeTypeOf('object')
      if (read.tool !== undefined) expect(read.server).toBeDefined()
    }),
  )
})

test('arguments keep the digits that they were written with', () => {
  const args = '{"n":12345678901234567890}'
  expect(validateSearch({ server: 'a', tool: 'b', args })).toEqual({ server: 'a', tool: 'b', args })
})

test('what is no JSON object, or too long for an address, is left out', () => {
  for (const args of ['[1]', '{', '1', 'null', `{"a":"${'x'.repeat(ARGS_MAX)}"}`]) {
    expect(validateSearch({ server: 'a', tool: 'b', args })).toEqual({ server: 'a', tool: 'b' })
  }
})
