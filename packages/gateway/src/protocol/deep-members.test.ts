import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quarantineReason } from '../route/quarantine/quarantine.ts'
import { JSON_DEPTH_MAX, scanArray, scanObject } from './json/scan.ts'
import { memberOf, textOf } from './json/span.ts'
import { MessageError, readMessage } from './message.ts'
import { readServerMessage, readServerMessages } from './server-message.ts'

/** A definition whose schema nests so many levels; the schema itself stands one level deep in it. */
const toolOf = (name: string, levels: number): string =>
  `{"name":${JSON.stringify(name)},"inputSchema":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`
const listOf = (list: string, members: readonly string[]): string =>
  `{"jsonrpc":"2.0","id":1,"result":{"nextCursor":"n","${list}":[ ${members.join(' , ')} ]}}`

/** Around a schema: the message, its result, the list and the definition. */
const LEVELS_MAX = JSON_DEPTH_MAX - 4
const levels = fc.oneof(
  fc.integer({ min: 0, max: LEVELS_MAX }),
  fc.constantFrom(LEVELS_MAX, LEVELS_MAX + 1, 100_000),
)
const tools = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[ -~é]{1,20}$/), levels), {
  minLength: 1,
  maxLength: 6,
  selector: ([name]) => name,
})

function membersOf(text: string, list: string): string[] {
  const { result } = readMessage(text)
  const member = memberOf(result, list)
  const array = member === undefined ? undefined : scanArray(text, member.value.start)
  return (array?.elements ?? []).map((span) => textOf(text, span))
}

test('however deep one definition nests, every other one comes through byte by byte, and it is named with the reason', () => {
  fc.assert(
    fc.property(tools, (definitions) => {
      const texts = definitions.map(([name, depth]) => toolOf(name, depth))
      const read = membersOf(readServerMessage(listOf('tools', texts)).text, 'tools')
      expect(read).toHaveLength(texts.length)
      for (const [index, [name, depth]] of definitions.entries()) {
        const text = read[index] ?? ''
        if (depth <= LEVELS_MAX) expect(text).toBe(texts[index])
        else {
          expect(JSON.parse(text)).toMatchObject({ name })
          expect(quarantineReason(text)).toBe('Its definition nests deeper than 256 levels.')
        }
      }
    }),
    { numRuns: 50 },
  )
})

test('a definition that changes far below is another one, as the control plane sees it', () => {
  const standIn = (levelsOf: number): string | undefined =>
    membersOf(readServerMessage(listOf('tools', [toolOf('a', levelsOf)])).text, 'tools')[0]
  expect(standIn(1_000)).toBe(standIn(1_000))
  expect(standIn(1_000)).not.toBe(standIn(1_001))
})

test.each(['prompts', 'resources', 'resourceTemplates', 'skills'])(
  'one of the %s that nests too deep is left out, and the others stay',
  (list) => {
    const { text } = readServerMessage(listOf(list, [toolOf('deep', 100_000), toolOf('fine', 1)]))
    expect(membersOf(text, list)).toEqual([toolOf('fine', 1)])
    expect(memberOf(scanObject(text), 'id')).toBeDefined()
  },
)

test('in a batch too', () => {
  const deep = listOf('tools', [toolOf('deep', 100_000), toolOf('fine', 1)])
  const [first, second] = readServerMessages(`[${deep},${listOf('tools', [])}]`)
  expect(membersOf(first?.text ?? '', 'tools')[1]).toBe(toolOf('fine', 1))
  expect(second?.text).toBe(listOf('tools', []))
})

test('what nests too deep elsewhere is refused, and a client’s message always', () => {
  const nest = '['.repeat(100_000) + ']'.repeat(100_000)
  const refused = [
    `{"jsonrpc":"2.0","id":1,"result":{"content":${nest}}}`,
    `{"jsonrpc":"2.0","id":1,"result":{"tools":[],"_meta":{"a":${nest}}}}`,
    `{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"","data":${nest}}}`,
    `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"tools":[${nest}]}}`,
  ]
  for (const text of refused) expect(() => readServerMessage(text)).toThrow(MessageError)
  expect(() => readMessage(listOf('tools', [toolOf('deep', 100_000)]))).toThrow(MessageError)
})
