import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSeal } from './seal.ts'

const KEY = Buffer.alloc(32, 7).toString('base64')
const seal = createSeal('test', () => KEY)

test('a sealed text opens to the exact text, where it is bound', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, boundTo) => {
      const sealed = seal.seal(text, boundTo)
      expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/)
      expect(seal.unseal(sealed, boundTo)).toBe(text)
    }),
  )
})

test('nothing else opens: another binding, purpose or key, a changed character, any text at all', () => {
  const sealed = seal.seal('state', 'alice')
  expect(seal.unseal(sealed, 'bob')).toBeUndefined()
  expect(createSeal('other', () => KEY).unseal(sealed, 'alice')).toBeUndefined()
  const other = Buffer.alloc(32, 8).toString('base64')
  expect(createSeal('test', () => other).unseal(sealed, 'alice')).toBeUndefined()
  fc.assert(
    fc.property(
      fc.nat({ max: sealed.length - 1 }),
      fc.string({ minLength: 1, maxLength: 1 }),
      (at, char) => {
        const changed = sealed.slice(0, at) + char + sealed.slice(at + 1)
        expect(seal.unseal(changed, 'alice')).toBe(changed === sealed ? 'state' : undefined)
      },
    ),
  )
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(seal.unseal(text, 'alice')).toBeUndefined()
    }),
  )
})
