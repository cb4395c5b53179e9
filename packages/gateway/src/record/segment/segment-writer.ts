import { assert } from '@mcp-orchestra/kernel'
import { nextHash, sha256, type Position } from './hash-chain.ts'
import type { JournalDirectory, JournalFile } from './journal-directory.ts'
import { RECORD_HEADER_BYTES, RECORD_PAYLOAD_BYTES_MAX, sealRecord } from './record-format.ts'
import { encodeSegmentHeader, SEGMENT_HEADER_BYTES, segmentName } from './segment-header.ts'
import { createSpareSegment } from './spare-segment.ts'

/** A batch as it crosses threads: kinds with flags, and payloads, side by side. */
export type EntryBatch = { readonly tags: readonly number[]; readonly texts: readonly string[] }

/** The file could not be written or synced, or no new one could be made: nothing more goes into it. */
export class SegmentFailure extends Error {
  override name = 'SegmentFailure'
}

/** Writes records into preallocated segment files, one group commit after another. Not to be shared between threads. */
export interface SegmentWriter {
  /** The last durable position. */
  readonly durable: Position
  readonly isOpen: boolean
  /**
   * Returns when all entries are durable: one write and one fdatasync, or two of each where the group
   * crosses into a new segment. Throws {@link SegmentFailure}: then what lies beyond `durable` is given up.
   */
  commit(batch: EntryBatch): void
  /** Makes a new segment durable, whose header supersedes what a failed one holds beyond `durable`. */
  open(): void
  /** A bounded piece of the next segment's zeros, for when nothing else is to do. Returns whether more is to do. */
  prepare(): boolean
  /** Bytes that can be journalled: the rest of the segment, the spare one, and the disk above its reserve. */
  roomBytes(): number
  close(): void
}

/** What a writer needs; `start` and `nextOrdinal` are genesis and 1 for a new journal, or what a scan found. */
export type SegmentWriterOptions = {
  readonly directory: JournalDirectory
  readonly incarnationId: string
  readonly start: Position
  readonly nextOrdinal: number
  readonly segmentBytes: number
  /** Bytes of the disk that the journal leaves to others. */
  readonly diskReserveBytes: number
}

/** Makes a writer; nothing is written before {@link SegmentWriter.open}. */
export function createSegmentWriter(options: SegmentWriterOptions): SegmentWriter {
  const { directory, incarnationId, segmentBytes, diskReserveBytes } = options
  const spare = createSpareSegment({ directory, segmentBytes, diskReserveBytes })
  let ordinal = options.nextOrdinal
  let durable = options.start
  let active: { readonly file: JournalFile; offset: number } | undefined
  let group: Buffer = Buffer.allocUnsafe(GROUP_BYTES_START)

  function open(): void {
    let file: JournalFile | undefined
    try {
      abandon()
      file = spare.take()
      const place = { firstSeq: durable.seq + 1, previousHash: durable.hash }
      file.write(encodeSegmentHeader({ incarnationId, ordinal, ...place }), 0)
      file.sync()
      const name = segmentName(ordinal)
      ordinal += 1
      directory.rename(spare.name, name)
      directory.sync()
      active = { file, offset: SEGMENT_HEADER_BYTES }
    } catch (cause) {
      spare.drop()
      closeQuietly(file)
      throw new SegmentFailure(`no new journal segment could be opened: ${sentenceOf(cause)}`, {
        cause,
      })
    }
  }

  function abandon(): void {
    const file = active?.file
    active = undefined
    file?.close()
  }

  function flush(bytes: number, position: Position): void {
    if (bytes === 0) return
    assert(active !== undefined, 'the journal has an open segment')
    try {
      active.file.write(group.subarray(0, bytes), active.offset)
      active.file.sync()
    } catch (cause) {
      const { file } = active
      active = undefined
      closeQuietly(file)
      throw new SegmentFailure(`the journal could not be made durable: ${sentenceOf(cause)}`, {
        cause,
      })
    }
    active.offset += bytes
    durable = position
  }

  return {
    get durable() {
      return durable
    },
    get isOpen() {
      return active !== undefined
    },
    open,
    commit({ tags, texts }) {
      if (active === undefined) throw new SegmentFailure('the journal has no open segment')
      let used = 0
      let reached = durable
      let firstOfGroup = durable.seq + 1
      for (let index = 0; index < texts.length; index += 1) {
        const text = texts[index] ?? ''
        const payloadBytes = Buffer.byteLength(text)
        assert(payloadBytes <= RECORD_PAYLOAD_BYTES_MAX, 'a journal record is at most 1 MiB')
        const bytes = RECORD_HEADER_BYTES + payloadBytes
        assert(SEGMENT_HEADER_BYTES + bytes <= segmentBytes, 'a record fits into one segment')
        if (active.offset + used + bytes > segmentBytes) {
          flush(used, reached)
          used = 0
          firstOfGroup = reached.seq + 1
          open()
        }
        group = roomFor(group, used, bytes)
        const seq = reached.seq + 1
        const from = used + RECORD_HEADER_BYTES
        group.write(text, from)
        const place = { seq, group: firstOfGroup, previousHash: reached.hash }
        sealRecord(group, used, { ...place, tag: tags[index] ?? 0, payloadBytes })
        const digest = sha256(group.subarray(from, from + payloadBytes))
        reached = { seq, hash: nextHash(reached.hash, seq, digest) }
        used += bytes
      }
      flush(used, reached)
    },
    prepare: () => active !== undefined && active.offset > segmentBytes / 2 && spare.prepare(),
    roomBytes() {
      if (active === undefined) return 0
      const beyond = Math.max(0, directory.freeBytes() - diskReserveBytes)
      return segmentBytes - active.offset + spare.preparedBytes() + beyond
    },
    close: abandon,
  }
}

/** The first size of the group buffer: some hundred records; it doubles when a group is larger. */
const GROUP_BYTES_START = 262_144

function roomFor(group: Buffer, used: number, bytes: number): Buffer {
  if (used + bytes <= group.length) return group
  const larger = Buffer.allocUnsafe(Math.max(group.length * 2, used + bytes))
  group.copy(larger, 0, 0, used)
  return larger
}

/** The failure that is on its way up says more than the close of a file that is never used again. */
function closeQuietly(file: JournalFile | undefined): void {
  try {
    file?.close()
  } catch (cause) {
    assert(cause instanceof Error, 'a file system throws errors')
  }
}

function sentenceOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
