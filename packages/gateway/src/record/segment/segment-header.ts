import { crc32c } from '@node-rs/crc32'
import { DIGEST_BYTES } from './hash-chain.ts'

/** Bytes before the first record of a segment file: one quarter of the smallest disk sector. */
export const SEGMENT_HEADER_BYTES = 128

/** The format this code writes, and the newest it reads. */
export const SEGMENT_VERSION = 1

const SEGMENT_MAGIC = 0x4d434a53
const INCARNATION_BYTES_MAX = 64

/**
 * The head of a segment file. Its first sequence is law: whatever an older file of this journal holds at
 * or beyond it was given up (its waiting commits were rejected) and is never replayed.
 */
export type SegmentHeader = {
  readonly incarnationId: string
  readonly ordinal: number
  readonly firstSeq: number
  /** The hash of sequence `firstSeq - 1`. */
  readonly previousHash: Buffer
}

/** Magic u32 · CRC32C u32 of all that follows · version u32 · ordinal u32 · first sequence u64 · previous hash · incarnation. */
export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES)
  bytes.writeUInt32BE(SEGMENT_MAGIC, 0)
  bytes.writeUInt32BE(SEGMENT_VERSION, 8)
  bytes.writeUInt32BE(header.ordinal, 12)
  bytes.writeBigUInt64BE(BigInt(header.firstSeq), 16)
  header.previousHash.copy(bytes, 24)
  const name = Buffer.from(header.incarnationId)
  if (name.length > INCARNATION_BYTES_MAX) throw new RangeError('the incarnation id is too long')
  name.copy(bytes, 24 + DIGEST_BYTES)
  bytes.writeUInt32BE(crc32c(bytes.subarray(8)), 4)
  return bytes
}

/** The header of a segment file; undefined when it is not one that was ever written whole. */
export function decodeSegmentHeader(bytes: Buffer): SegmentHeader | undefined {
  if (bytes.length < SEGMENT_HEADER_BYTES) return undefined
  const head = bytes.subarray(0, SEGMENT_HEADER_BYTES)
  if (head.readUInt32BE(0) !== SEGMENT_MAGIC) return undefined
  if (head.readUInt32BE(4) !== crc32c(head.subarray(8))) return undefined
  if (head.readUInt32BE(8) !== SEGMENT_VERSION) return undefined
  const name = head.subarray(24 + DIGEST_BYTES, 24 + DIGEST_BYTES + INCARNATION_BYTES_MAX)
  return {
    incarnationId: name.toString('utf8').replace(/\0+$/, ''),
    ordinal: head.readUInt32BE(12),
    firstSeq: Number(head.readBigUInt64BE(16)),
    previousHash: Buffer.from(head.subarray(24, 24 + DIGEST_BYTES)),
  }
}

const SEGMENT_NAME = /^(\d{10})\.seg$/

/** The file name of a segment. */
export function segmentName(ordinal: number): string {
  return `${ordinal.toString().padStart(10, '0')}.seg`
}

/** The ordinal in a segment's file name; undefined for any other file. */
export function segmentOrdinal(name: string): number | undefined {
  const digits = SEGMENT_NAME.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
