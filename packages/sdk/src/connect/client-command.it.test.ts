import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clientConfig } from './client-config.ts'
import { shellText } from './shell-text.ts'

/** Runs a script in `sh`, where `claude` prints its arguments, each ended by NUL. */
function argumentsIn(script: string): string[] {
  const claude = `claude() { printf '%s\\0' "$@"; }`
  const out = execFileSync('/bin/sh', ['-c', `${claude}\n${script}`], { encoding: 'utf8' })
  return out.split('\0').slice(0, -1)
}

/** Anything that an argument can hold: no NUL (POSIX, execve). */
const text = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.stringMatching(/^["'\\$`!*?~#&;|<>(){}\n ]{1,12}$/),
  )
  .map((value) => value.replaceAll('\0', ''))

test('a shell hands Claude Code exactly the key, the name and the address', () => {
  fc.assert(
    fc.property(text, (apiKey) => {
      const { text: command } = clientConfig('claude-code', {
        gatewayUrl: 'http://127.0.0.1:7301',
        apiKey,
        server: 'everything',
      })
      expect(argumentsIn(command)).toEqual([
        'mcp',
        'add',
        '--transport',
        'http',
        'orchestra-everything',
        'http://127.0.0.1:7301/s/everything/mcp',
        '--header',
        `Authorization: Bearer ${apiKey}`,
      ])
    }),
    { numRuns: 50 },
  )
})

test('many arguments stay many, and each is what it was', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 30 }), (values) => {
      expect(argumentsIn(`claude ${values.map(shellText).join(' ')}`)).toEqual(values)
    }),
    { numRuns: 50 },
  )
})
