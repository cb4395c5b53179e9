import { expect, it } from 'vitest'
import { callAt } from '../../queries/testing.ts'
import { callsWithText } from './call-text.ts'

const names = {
  server: (id: string) =>
    id === 'srv_one' ? { alias: 'files', name: 'Files of the demo' } : undefined,
  key: (id: string) => (id === 'key_one' ? 'CI robot' : undefined),
}
const calls = [callAt(1), callAt(2, { tool: 'Read_File', serverId: 'srv_two', keyId: 'key_two' })]

it.each([
  ['', [1, 2]],
  ['  ', [1, 2]],
  [undefined, [1, 2]],
  ['read_', [2]],
  ['FILES', [1]],
  ['robot', [1]],
  ['srv_two', [2]],
  ['evt_', [1, 2]],
  ['nothing', []],
])('%j finds what a row shows or is called', (text, found) => {
  expect(callsWithText(calls, text, names).map(({ seq }) => seq)).toEqual(found)
})
