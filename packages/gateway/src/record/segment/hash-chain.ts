import { hash } from 'node:crypto'

/** Bytes of a SHA-256 digest. */
export const DIGEST_BYTES = 32

/** Where a journal stands: the last sequence and its hash, which the next record names. */
export type Position = { readonly seq: number; readonly hash: Buffer }

/** The position before the first record: sequence 0 and the hash of the incarnation's name. */
export function genesis(incarnationId: string): Position {
  return { seq: 0, hash: sha256(Buffer.from(`mcp-orchestra journal v1 ${incarnationId}`)) }
}

/** SHA-256 of a payload's exact UTF-8 bytes. */
export function sha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer')
}

/** hash_n = SHA-256(hash_{n-1} ‖ u64be n ‖ SHA-256(payload)): who has hash_n has agreed to all before it. */
export function nextHash(previous: Buffer, seq: number, payloadDigest: Buffer): Buffer {
  const link = Buffer.allocUnsafe(DIGEST_BYTES + 8 + DIGEST_BYTES)
  previous.copy(link, 0)
  link.writeBigUInt64BE(BigInt(seq), DIGEST_BYTES)
  payloadDigest.copy(link, DIGEST_BYTES + 8)
  return sha256(link)
}
