import type { ShippedRecord } from '@mcp-orchestra/api/gateway-link'
import { createHash } from 'node:crypto'

/** A position in a journal: the last applied sequence and its hash, which the next record must name. */
export type ChainPosition = { readonly seq: number; readonly hash: Buffer }

/** Whether a batch continues a journal, and where that leaves it. */
export type ChainVerdict =
  | { readonly kind: 'continues'; readonly position: ChainPosition }
  | { readonly kind: 'broken'; readonly seq: number; readonly reason: string }

/** The hash before the first record: it names the incarnation, so no journal can stand in for another. */
export function genesisHash(incarnationId: string): Buffer {
  return createHash('sha256').update(`mcp-orchestra journal v1 ${incarnationId}`).digest()
}

/** hash_n = SHA-256(hash_{n-1} ‖ u64be(n) ‖ payload digest): the rule that both planes follow. */
export function nextHash(before: Buffer, seq: number, payloadDigest: Buffer): Buffer {
  const place = Buffer.alloc(8)
  place.writeBigUInt64BE(BigInt(seq))
  return createHash('sha256').update(before).update(place).update(payloadDigest).digest()
}

/** Checks sequence, payload digest and hash of every record of a batch against the position before it. */
export function verifyChain(
  before: ChainPosition,
  records: readonly ShippedRecord[],
): ChainVerdict {
  let { seq, hash } = before
  for (const record of records) {
    if (record.seq !== seq + 1) {
      return { kind: 'broken', seq: record.seq, reason: `sequence ${seq + 1} is missing` }
    }
    const digest = Buffer.from(record.payloadDigest, 'hex')
    if (record.payload !== null && !digestOf(record.payload).equals(digest)) {
      return { kind: 'broken', seq: record.seq, reason: 'the payload is not what was journalled' }
    }
    seq = record.seq
    hash = nextHash(hash, seq, digest)
    if (hash.toString('hex') !== record.hash) {
      return { kind: 'broken', seq, reason: 'the hash does not follow from the record before' }
    }
  }
  return { kind: 'continues', position: { seq, hash } }
}

function digestOf(payload: string): Buffer {
  return createHash('sha256').update(payload, 'utf8').digest()
}
