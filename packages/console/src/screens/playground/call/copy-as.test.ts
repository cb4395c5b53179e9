import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JsonNumber } from '../../../schema/index.ts'
import { cliCommand, curlCommand, quoteShell } from './copy-as.ts'

test('a quoted text has no way out of its quotes: what stands between them ends at the next one', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("'", '"', '\\', '$', '`', 'a', ' ', '\n', ';', '!') }),
      (text) => {
        const quoted = quoteShell(text)
        // Undo what POSIX says of single quotes: everything between two is itself, \' outside is a quote.
        const read = quoted
          .replaceAll(`'\\''`, '\u0000')
          .replace(/^'([^']*)'$/s, '$1')
          .replaceAll('\u0000', "'")
        expect(read).toBe(text)
        expect(/^'[^']*'$|^[\w./:@%+,=-]+$/s.test(quoted.replaceAll(`'\\''`, ''))).toBe(true)
      },
    ),
  )
})

const CALL = {
  alias: 'everything',
  tool: 'echo',
  args: { message: "it's $HOME", n: new JsonNumber('12345678901234567890') },
  endpoint: 'http://127.0.0.1:7301/s/everything/mcp',
  protocol: 'MCP-v1',
  maxChargeUsd: '0.001',
  paramHeaders: { Region: 'eu' },
} as const

test('the command line keeps every digit and the bound of the price', () => {
  expect(cliCommand(CALL)).toMatchInlineSnapshot(
    `"orchestra call everything echo --input '{"message":"it'\\''s $HOME","n":12345678901234567890}' --max-charge 0.001"`,
  )
  expect(cliCommand({ ...CALL, args: {}, maxChargeUsd: undefined })).toBe(
    'orchestra call everything echo',
  )
})

test('curl begins a session where the server needs one, and never holds a key', () => {
  const legacy = curlCommand(CALL)
  expect(legacy.match(/curl -sS/g)).toHaveLength(3)
  expect(legacy).toContain('"n":12345678901234567890')
  expect(legacy).toContain('"amount":"1000000000000000"')
  expect(legacy).toContain('Bearer $ORCHESTRA_API_KEY')
  const modern = curlCommand({ ...CALL, protocol: 'MCP-v2', tool: 'größe' })
  expect(modern.match(/curl -sS/g)).toHaveLength(1)
  expect(modern).toContain('Mcp-Name: =?base64?')
  expect(modern).toContain("'Mcp-Param-Region: eu'")
  expect(legacy).not.toContain('Mcp-Param')
})
