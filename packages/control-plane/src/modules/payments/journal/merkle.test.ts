import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { merklePath, merkleRoot, rootOfPath } from './merkle.ts'

const leafOf = (text: string) => createHash('sha256').update(text).digest()
const trees = fc
  .array(fc.string(), { minLength: 1, maxLength: 40 })
  .map((texts) => texts.map(leafOf))

describe('the Merkle tree of a batch', () => {
  test('is the tree of RFC 9162: one leaf, then its test vector of two', () => {
    const sha256 = (...parts: Uint8Array[]) => {
      const hash = createHash('sha256')
      for (const part of parts) hash.update(part)
      return hash.digest()
    }
    const [a, b] = [leafOf('a'), leafOf('b')]
    expect(merkleRoot([a])).toEqual(sha256(Uint8Array.of(0), a))
    const nodes = [sha256(Uint8Array.of(0), a), sha256(Uint8Array.of(0), b)]
    expect(merkleRoot([a, b])).toEqual(sha256(Uint8Array.of(1), ...nodes))
  })

  test('every leaf is proven by its path, and by no other', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (leaves, pick) => {
        const index = pick % leaves.length
        const leaf = leaves[index] ?? Buffer.alloc(0)
        const path = merklePath(leaves, index)
        expect(rootOfPath(leaf, path)).toEqual(merkleRoot(leaves))
        expect(rootOfPath(leafOf('a stranger'), path)).not.toEqual(merkleRoot(leaves))
      }),
    )
  })
})
