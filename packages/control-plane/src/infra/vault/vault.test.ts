import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createVault } from './vault.ts'

/** Ours for the form, OpenSSL's for the tag. */
const REFUSED =
  /unable to authenticate|sealed|Invalid (key length|initialization|authentication tag)/

const vault = createVault(new Uint8Array(32).fill(7))

test('what was sealed for a row opens in that row, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, context) => {
      expect(vault.open(vault.seal(plain, context), context)).toBe(plain)
    }),
  )
})

test('another row, another master key and any flipped bit are refused', () => {
  const sealed = vault.seal('secret', 'row 1')
  expect(() => vault.open(sealed, 'row 2')).toThrow(REFUSED)
  expect(() => createVault(new Uint8Array(32).fill(8)).open(sealed, 'row 1')).toThrow(REFUSED)
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const broken = Buffer.from(sealed)
    broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(() => vault.open(broken, 'row 1')).toThrow(REFUSED)
  }
  for (let length = 0; length < sealed.length; length += 1) {
    expect(() => vault.open(sealed.subarray(0, length), 'row 1')).toThrow(REFUSED)
  }
})

test('the same text never seals to the same bytes', () => {
  expect(vault.seal('secret', 'row').equals(vault.seal('secret', 'row'))).toBe(false)
})
