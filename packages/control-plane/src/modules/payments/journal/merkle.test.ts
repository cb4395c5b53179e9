import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { merkleRoot } from './merkle.ts'

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

  test('any leaf that is changed, dropped, added or moved gives another root', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (leaves, pick) => {
        const index = pick % leaves.length
        const stranger = leafOf('a leaf of no tree')
        const root = merkleRoot(leaves)
        expect(merkleRoot(leaves.with(index, stranger))).not.toEqual(root)
        expect(merkleRoot([...leaves, stranger])).not.toEqual(root)
        if (leaves.length === 1) return
        expect(merkleRoot(leaves.toSpliced(index, 1))).not.toEqual(root)
        const [first, second] = [leaves[0], leaves[index]]
        if (first === undefined || second === undefined || first.equals(second)) return
        expect(merkleRoot(leaves.with(0, second).with(index, first))).not.toEqual(root)
      }),
    )
  })
})
