import { instant } from '@mcp-orchestra/kernel'
import { describe, expect, test } from 'vitest'
import { signingKeyAt, stateOfKey, type SigningKey } from './signing-key.ts'

const SEALED = Buffer.from('sealed')

function keyFrom(kid: string, signsFromMs: number, more: Partial<SigningKey> = {}): SigningKey {
  const at = instant(signsFromMs)
  const publicKey = Buffer.alloc(32)
  return { kid, publicKey, sealed: SEALED, createdAt: at, signsFrom: at, revokedAt: null, ...more }
}

describe('of the keys', () => {
  const old = keyFrom('old', 100)
  const next = keyFrom('next', 200)

  test('the newest whose time has come signs; both are there while they overlap', () => {
    const keys = [next, old]
    expect(signingKeyAt(keys, instant(199))?.kid).toBe('old')
    expect(signingKeyAt(keys, instant(200))?.kid).toBe('next')
    const states = (at: number) => keys.map((key) => stateOfKey(key, keys, instant(at)))
    expect(states(199)).toEqual(['next', 'signing'])
    expect(states(200)).toEqual(['signing', 'retired'])
  })

  test('one without a private half, or a revoked one, never signs', () => {
    const retired = { ...next, sealed: null }
    const revoked = { ...next, sealed: null, revokedAt: instant(300) }
    expect(signingKeyAt([retired, old], instant(400))?.kid).toBe('old')
    expect(signingKeyAt([revoked, old], instant(400))?.kid).toBe('old')
    expect(stateOfKey(revoked, [revoked, old], instant(400))).toBe('revoked')
    expect(signingKeyAt([retired], instant(400))).toBeUndefined()
  })

  test('one signs even when the clock went back before all of them', () => {
    expect(signingKeyAt([next, old], instant(1))?.kid).toBe('old')
  })
})
