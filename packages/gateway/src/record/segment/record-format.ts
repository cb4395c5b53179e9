import { crc32c } from '@node-rs/crc32'
import { DIGEST_BYTES } from './hash-chain.ts'

/** What a record holds, as one byte on disk. Numbers are frozen: they are read after an upgrade. */
export const RECORD_KINDS = {
  usage: 1,
  intent: 2,
  outcome: 3,
  lease_return: 4,
  lease_close: 5,
  incarnation_end: 6,
  lease_grant: 7,
  checkpoint: 8,
} as const
/** The name of a record's kind. */
export type RecordKind = keyof typeof RECORD_KINDS

const KIND_NAMES: ReadonlyMap<number, RecordKind> = new Map(
  (Object.keys(RECORD_KINDS) as RecordKind[]).map((name) => [RECORD_KINDS[name], name]),
)

const LOCAL: ReadonlySet<RecordKind> = new Set(['outcome', 'lease_grant', 'checkpoint'])

/** Kinds that stay on the gateway's disk; the control plane gets only their digests. */
export function isLocal(kind: RecordKind): boolean {
  return LOCAL.has(kind)
}

/** The format this code writes, and the newest it reads. */
export const RECORD_VERSION = 1

/** `MCJR`: where a record may begin. */
export const RECORD_MAGIC = 0x4d434a52

/**
 * Bytes before the payload, big-endian: magic u32 · CRC32C u32 of all that follows · version u8 · kind u8 ·
 * flags u8 · zero u8 · payload bytes u32 · sequence u64 · group u64 · previous hash. The zero bytes in it
 * cannot stand in a JSON text, so no payload can pass for a record.
 */
export const RECORD_HEADER_BYTES = 32 + DIGEST_BYTES

/** The longest payload: a stored outcome of 256 KiB in base64 fits twice; anything longer is a bug. */
export const RECORD_PAYLOAD_BYTES_MAX = 1_048_576

const CHECKED_FROM = 8

/** A record before it is written. */
export type JournalEntry = {
  readonly kind: RecordKind
  /** Part of a keyed purchase: what a restart must read again (spending §3.10). */
  readonly keyed: boolean
  /** The payload: one JSON text. */
  readonly text: string
}

/** The kind and flags of an entry in one number, so that a batch crosses threads as two flat arrays. */
export function tagOf(entry: JournalEntry): number {
  return RECORD_KINDS[entry.kind] | (entry.keyed ? FLAG_KEYED << 8 : 0)
}

const FLAG_KEYED = 1

/** Where a record stands in its chain and in its group commit. */
export type RecordPlace = {
  readonly seq: number
  /** First sequence of the group it was written in: everything below was durable by then. */
  readonly group: number
  readonly previousHash: Buffer
}

/** Writes the header for a payload that is already in place at `offset + RECORD_HEADER_BYTES`. */
export function sealRecord(
  target: Buffer,
  offset: number,
  record: RecordPlace & { readonly tag: number; readonly payloadBytes: number },
): void {
  target.writeUInt32BE(RECORD_MAGIC, offset)
  target[offset + 8] = RECORD_VERSION
  target[offset + 9] = record.tag & 0xff
  target[offset + 10] = record.tag >> 8
  target[offset + 11] = 0
  target.writeUInt32BE(record.payloadBytes, offset + 12)
  target.writeBigUInt64BE(BigInt(record.seq), offset + 16)
  target.writeBigUInt64BE(BigInt(record.group), offset + 24)
  record.previousHash.copy(target, offset + 32)
  const end = offset + RECORD_HEADER_BYTES + record.payloadBytes
  target.writeUInt32BE(crc32c(target.subarray(offset + CHECKED_FROM, end)), offset + 4)
}

/** A record as read. `payload` is a view into the bytes that were read, valid while they are. */
export type DecodedRecord = RecordPlace & {
  readonly kind: RecordKind
  readonly keyed: boolean
  readonly payload: Buffer
  readonly bytes: number
}

/** What stands at an offset: a whole record, too few bytes to tell, or no valid record. */
export type Decoding =
  | { readonly outcome: 'record'; readonly record: DecodedRecord }
  | { readonly outcome: 'short'; readonly needed: number }
  | { readonly outcome: 'invalid' }
  | { readonly outcome: 'unreadable'; readonly version: number }

const INVALID: Decoding = { outcome: 'invalid' }

/** Reads the record at `offset`. Anything but the exact bytes that were sealed is not a record. */
export function decodeRecord(source: Buffer, offset: number): Decoding {
  if (offset + RECORD_HEADER_BYTES > source.length) {
    return { outcome: 'short', needed: RECORD_HEADER_BYTES }
  }
  if (source.readUInt32BE(offset) !== RECORD_MAGIC) return INVALID
  const payloadBytes = source.readUInt32BE(offset + 12)
  if (payloadBytes > RECORD_PAYLOAD_BYTES_MAX) return INVALID
  const bytes = RECORD_HEADER_BYTES + payloadBytes
  if (offset + bytes > source.length) return { outcome: 'short', needed: bytes }
  const checked = crc32c(source.subarray(offset + CHECKED_FROM, offset + bytes))
  if (source.readUInt32BE(offset + 4) !== checked) return INVALID
  const version = source[offset + 8] ?? 0
  const kind = KIND_NAMES.get(source[offset + 9] ?? 0)
  if (version !== RECORD_VERSION || kind === undefined) return { outcome: 'unreadable', version }
  const record: DecodedRecord = {
    seq: Number(source.readBigUInt64BE(offset + 16)),
    group: Number(source.readBigUInt64BE(offset + 24)),
    previousHash: source.subarray(offset + 32, offset + RECORD_HEADER_BYTES),
    kind,
    keyed: ((source[offset + 10] ?? 0) & FLAG_KEYED) !== 0,
    payload: source.subarray(offset + RECORD_HEADER_BYTES, offset + bytes),
    bytes,
  }
  return { outcome: 'record', record }
}
