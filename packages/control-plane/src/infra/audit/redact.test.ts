import { formatApiKey } from '@mcp-orchestra/api/api-key'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { redactDetail } from './redact.ts'

test.each([
  ['our key', 'rotate mcpo_live_0123456789abcdefABCDEF_x now', 'rotate [redacted] now'],
  ['a bearer credential', 'sent Bearer abcdef.ghijkl-12', 'sent [redacted]'],
  ['a JWT', 'it was eyJhbGciOi.eyJzdWIi.c2ln!', 'it was [redacted]!'],
  ['a password in a URL', 'https://ada:hunter2@example.com/', 'https://[redacted]@example.com/'],
  [
    'a private key',
    'a -----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- b',
    'a [redacted] b',
  ],
])('%s within a text is not kept', (_, text, kept) => {
  expect(redactDetail({ reason: text })).toEqual({ reason: kept })
})

test('what is called a secret is not kept, whatever it looks like', () => {
  const detail = { clientSecret: 'x', password: 1, access_token: true, Authorization: null }
  expect(new Set(Object.values(redactDetail(detail)))).toEqual(new Set(['[redacted]']))
})

test('what writers put in stays as it is', () => {
  const detail = { alias: 'files', successor: 'key_01', graceMs: 3_600_000, holder: null, ok: true }
  expect(redactDetail(detail)).toEqual(detail)
})

test('no key of ours gets through, whatever stands around it', () => {
  const random = fc.uint8Array({ minLength: 32, maxLength: 32 })
  fc.assert(
    fc.property(random, fc.string(), fc.string(), (bytes, before, after) => {
      const key = formatApiKey('live', bytes)
      const text = `${before} ${key} ${after}`
      expect(redactDetail({ reason: text })['reason']).not.toContain(key)
    }),
  )
})
