import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createOutcomeSeal, OUTCOME_BYTES_MAX } from './outcome-seal.ts'

const key = Buffer.alloc(32, 1).toString('base64')
const otherKey = Buffer.alloc(32, 2).toString('base64')
const sealing = createOutcomeSeal()

describe('a sealed outcome', () => {
  it('opens to the exact text, for its own purchase and key only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const sealed = sealing.seal(text, 'pur_1', key) ?? ''
        expect(sealing.unseal(sealed, 'pur_1', key)).toBe(Buffer.from(text).toString())
        expect(sealing.unseal(sealed, 'pur_2', key)).toBeUndefined()
        expect(sealing.unseal(sealed, 'pur_1', otherKey)).toBeUndefined()
      }),
    )
  })

  it('does not open when any byte changed, or when it is cut', () => {
    const sealed = Buffer.from(sealing.seal('{"content":[]}', 'pur_1', key) ?? '', 'base64')
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(sealing.unseal(changed.toString('base64'), 'pur_1', key)).toBeUndefined()
      expect(
        sealing.unseal(sealed.subarray(0, at).toString('base64'), 'pur_1', key),
      ).toBeUndefined()
    }
  })

  it('never uses a nonce twice', () => {
    const nonces = Array.from({ length: 3_000 }, () => sealing.seal('', 'pur_1', key)?.slice(0, 16))
    expect(new Set(nonces).size).toBe(3_000)
  })

  it('is kept up to the cap and not beyond', () => {
    expect(sealing.seal('x'.repeat(OUTCOME_BYTES_MAX), 'pur_1', key)).not.toBeNull()
    expect(sealing.seal('x'.repeat(OUTCOME_BYTES_MAX + 1), 'pur_1', key)).toBeNull()
    expect(sealing.seal(undefined, 'pur_1', key)).toBeNull()
  })
})
