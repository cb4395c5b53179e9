import { assert } from '@mcp-orchestra/kernel'
import { createHash } from 'node:crypto'

// A leaf can never be taken for a node (RFC 9162 §2.1.1).
const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** Merkle tree hash of a batch over its records' payload digests in order of sequence (RFC 9162 §2.1.1). */
export function merkleRoot(leaves: readonly Uint8Array[]): Buffer {
  assert(leaves.length > 0, 'a batch has at least one record')
  const [only] = leaves
  if (leaves.length === 1 && only !== undefined) return sha256(LEAF, only)
  const split = splitAt(leaves.length)
  return sha256(NODE, merkleRoot(leaves.slice(0, split)), merkleRoot(leaves.slice(split)))
}

/** One step of a path from a leaf to the root: the neighbour's hash and its side. */
export type MerkleStep = { readonly side: 'left' | 'right'; readonly hash: Buffer }

/** The inclusion path of one leaf, from the leaf upwards (RFC 9162 §2.1.3.1). */
export function merklePath(leaves: readonly Uint8Array[], index: number): MerkleStep[] {
  assert(index >= 0 && index < leaves.length, 'the leaf is in the batch')
  if (leaves.length === 1) return []
  const split = splitAt(leaves.length)
  return index < split
    ? [
        ...merklePath(leaves.slice(0, split), index),
        { side: 'right', hash: merkleRoot(leaves.slice(split)) },
      ]
    : [
        ...merklePath(leaves.slice(split), index - split),
        { side: 'left', hash: merkleRoot(leaves.slice(0, split)) },
      ]
}

/** The root that a leaf and its path lead to: membership is proven when it is the stored one. */
export function rootOfPath(leaf: Uint8Array, path: readonly MerkleStep[]): Buffer {
  return path.reduce<Buffer>(
    (hash, step) =>
      step.side === 'left' ? sha256(NODE, step.hash, hash) : sha256(NODE, hash, step.hash),
    sha256(LEAF, leaf),
  )
}

/** The largest power of two below the number of leaves. */
function splitAt(leaves: number): number {
  let split = 1
  while (split * 2 < leaves) split *= 2
  return split
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
