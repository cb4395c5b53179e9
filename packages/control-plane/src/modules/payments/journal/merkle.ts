import { assert } from '@mcp-orchestra/kernel'
import { createHash } from 'node:crypto'

// A leaf can never be taken for a node (RFC 9162 §2.1.1).
const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/**
 * Merkle tree hash of a batch over its records' payload digests in order of sequence (RFC 9162 §2.1.1):
 * stored with the leaves, so that a receipt can prove that its record was posted (spending §4.16).
 */
export function merkleRoot(leaves: readonly Uint8Array[]): Buffer {
  assert(leaves.length > 0, 'a batch has at least one record')
  const [only] = leaves
  if (leaves.length === 1 && only !== undefined) return sha256(LEAF, only)
  const split = splitAt(leaves.length)
  return sha256(NODE, merkleRoot(leaves.slice(0, split)), merkleRoot(leaves.slice(split)))
}

/**
 * The hashes that lead from a leaf to the root (RFC 9162 §2.1.3.1), from below: what proves that a record was
 * in the batch. It holds hashes of other nodes and nothing of what the other records say.
 */
export function merklePath(leaves: readonly Uint8Array[], index: number): Buffer[] {
  assert(index >= 0 && index < leaves.length, 'the leaf is in the tree')
  if (leaves.length === 1) return []
  const split = splitAt(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return index < split
    ? [...merklePath(left, index), merkleRoot(right)]
    : [...merklePath(right, index - split), merkleRoot(left)]
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
