import fc from 'fast-check'
import { expect, test } from 'vitest'
import { curlText } from './curl-text.ts'

/** The words that a POSIX shell makes of a command of plain and single-quoted parts (XCU 2.2). */
function wordsIn(command: string): string[] {
  const words: string[] = []
  for (const [, part = ''] of command.matchAll(/((?:'[^']*'|\\[^\n]|[^\s'\\])+)(?:\s|\\\n|$)*/g)) {
    words.push(
      part.replaceAll(/'([^']*)'|\\(.)|([^'\\])/gs, (_all, quoted, escaped, plain) =>
        [quoted, escaped, plain].filter((text) => text !== undefined).join(''),
      ),
    )
  }
  return words
}

const awkward = fc.stringMatching(/^["'\\$`!*?~#&;|<>(){}\n a]{1,12}$/)

test('a shell hands curl exactly the address, the key and one JSON message', () => {
  fc.assert(
    fc.property(awkward, awkward, fc.boolean(), (url, apiKey, modern) => {
      const given = wordsIn(curlText({ url, apiKey, modern }))
      expect(given.slice(0, 3)).toEqual(['curl', '-sS', url])
      expect(given).toContain(`Authorization: Bearer ${apiKey}`)
      expect(JSON.parse(given.at(-1) ?? '')).toMatchObject({
        jsonrpc: '2.0',
        method: modern ? 'server/discover' : 'initialize',
      })
    }),
  )
})
