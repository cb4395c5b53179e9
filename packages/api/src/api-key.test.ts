import fc from 'fast-check'
import { expect, it } from 'vitest'
import { API_KEY_PATTERN, formatApiKey, isWellFormedApiKey } from './api-key.ts'

const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 })

it('every key that is made has the published form and a right checksum', () => {
  fc.assert(
    fc.property(secrets, fc.constantFrom('live', 'test'), (secret, mode) => {
      const key = formatApiKey(mode, secret)
      expect(key).toMatch(API_KEY_PATTERN)
      expect(isWellFormedApiKey(key)).toBe(true)
    }),
  )
})

it('one changed character is refused without a look-up', () => {
  fc.assert(
    fc.property(secrets, fc.integer({ min: 10, max: 58 }), (secret, at) => {
      const key = formatApiKey('live', secret)
      const other = key[at] === 'a' ? 'b' : 'a'
      expect(isWellFormedApiKey(key.slice(0, at) + other + key.slice(at + 1))).toBe(false)
    }),
  )
})

it('two secrets never give one key', () => {
  fc.assert(
    fc.property(secrets, secrets, (a, b) => {
      fc.pre(!a.every((byte, index) => byte === b[index]))
      expect(formatApiKey('live', a)).not.toBe(formatApiKey('live', b))
    }),
  )
})
