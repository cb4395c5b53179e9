import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { merklePath, merkleRoot } from './merkle.ts'

const leafOf = (text: string) => createHash('sha256').update(text).digest()
const trees = fc
  .array(fc.string(), { minLength: 1, maxLength: 40 })
  .map((texts) => texts.map(leafOf))

/** The root that a path leads to, by the definition of RFC 9162 §2.1.3.1 read backwards. */
function rootOf(leaf: Buffer, index: number, size: number, path: readonly Buffer[]): Buffer {
  const last = path.at(-1)
  if (last === undefined) return merkleRoot([leaf])
  const split = 2 ** Math.floor(Math.log2(size - 1))
  const isLeft = index < split
  const rest = path.slice(0, -1)
  const below = isLeft
    ? rootOf(leaf, index, split, rest)
    : rootOf(leaf, index - split, size - split, rest)
  return createHash('sha256')
    .update(Uint8Array.of(1))
    .update(Buffer.concat(isLeft ? [below, last] : [last, below]))
    .digest()
}

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

  test('has a path from every leaf to the root, and none of it is a leaf’s digest', () => {
    fc.assert(
      fc.property(trees, (leaves) => {
        const root = merkleRoot(leaves)
        for (const [index, leaf] of leaves.entries()) {
          const path = merklePath(leaves, index)
          expect(rootOf(leaf, index, leaves.length, path)).toEqual(root)
          expect(path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(leaves.length)))
          for (const hash of path) expect(leaves.some((one) => one.equals(hash))).toBe(false)
        }
      }),
    )
  })
})
