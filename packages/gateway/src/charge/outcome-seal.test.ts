import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OUTCOME_BYTES_MAX, sealOutcome, unsealOutcome } from './outcome-seal.ts'

const key = Buffer.alloc(32, 1)

describe('a sealed outcome', () => {
  it('opens to the exact text, for its own purchase and key only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const sealed = sealOutcome(text, 'pur_1', key) ?? ''
        expect(unsealOutcome(sealed, 'pur_1', key)).toBe(Buffer.from(text).toString())
        expect(unsealOutcome(sealed, 'pur_2', key)).toBeUndefined()
        expect(unsealOutcome(sealed, 'pur_1', Buffer.alloc(32, 2))).toBeUndefined()
      }),
    )
  })

  it('does not open when any byte changed, or when it is cut', () => {
    const sealed = Buffer.from(sealOutcome('{"content":[]}', 'pur_1', key) ?? '', 'base64')
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(unsealOutcome(changed.toString('base64'), 'pur_1', key)).toBeUndefined()
      expect(unsealOutcome(sealed.subarray(0, at).toString('base64'), 'pur_1', key)).toBeUndefined()
    }
  })

  it('is kept up to the cap and not beyond', () => {
    expect(sealOutcome('x'.repeat(OUTCOME_BYTES_MAX), 'pur_1', key)).not.toBeNull()
    expect(sealOutcome('x'.repeat(OUTCOME_BYTES_MAX + 1), 'pur_1', key)).toBeNull()
    expect(sealOutcome(undefined, 'pur_1', key)).toBeNull()
  })
})
