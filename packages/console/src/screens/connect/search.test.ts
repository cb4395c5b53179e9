import { MCP_CLIENTS } from '@mcp-orchestra/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CLIENTS, validateSearch } from './search.ts'

test('any address is read, and reading what was read changes nothing', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('client', 'server', 'via', 'x'), fc.anything()),
      (search) => {
        const read = validateSearch(search)
        expect(validateSearch({ ...read })).toEqual(read)
      },
    ),
  )
  expect(validateSearch({ client: 'cursor', server: 'weather' })).toEqual({
    client: 'cursor',
    server: 'weather',
  })
  expect(validateSearch({ client: 'netscape' })).toEqual({})
})

test('the clients of the address are those that the SDK writes configurations for', () => {
  expect(CLIENTS).toEqual(MCP_CLIENTS)
})
