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
