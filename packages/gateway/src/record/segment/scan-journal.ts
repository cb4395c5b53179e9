import { genesis, nextHash, sha256, type Position } from './hash-chain.ts'
import type { JournalDirectory } from './journal-directory.ts'
import { decodeRecord, RECORD_MAGIC, type DecodedRecord } from './record-format.ts'
import {
  decodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  segmentName,
  segmentOrdinal,
  type SegmentHeader,
} from './segment-header.ts'

/** A journal that cannot be replayed without losing what was acknowledged: the gateway stops with this sentence. */
export class JournalDamaged extends Error {
  override name = 'JournalDamaged'
}

/** A record that a replay found, and its hash. */
export type ScannedRecord = DecodedRecord & { readonly digest: Buffer; readonly hash: Buffer }

/** A segment file and what of it counts: `lastSeq` is `firstSeq - 1` when nothing does. */
export type ScannedSegment = {
  readonly name: string
  readonly firstSeq: number
  readonly lastSeq: number
}

/** Everything a replay found. */
export type JournalScan = {
  readonly incarnationId: string
  /** The last valid record, or genesis. */
  readonly position: Position
  readonly lastKind: DecodedRecord['kind'] | undefined
  readonly segments: readonly ScannedSegment[]
  readonly nextOrdinal: number
  /** Where an unacknowledged tail was cut, when it was. */
  readonly cut: { readonly file: string; readonly offset: number } | undefined
}

/**
 * Replays a journal: each acknowledged record once, in order. A torn or reordered tail is cut; a bad
 * record that had been acknowledged throws {@link JournalDamaged} (spending §4.13). `visit` must not keep
 * the payload's view.
 */
export function scanJournal(
  directory: JournalDirectory,
  incarnationId: string,
  visit: (record: ScannedRecord) => void = () => undefined,
): JournalScan {
  const files = segmentFiles(directory, incarnationId)
  let position = files[0] === undefined ? genesis(incarnationId) : startOf(files[0].header)
  const segments: ScannedSegment[] = []
  let lastKind: DecodedRecord['kind'] | undefined
  let cut: JournalScan['cut']
  for (const [index, { name, header }] of files.entries()) {
    refuseBreak(name, header, position)
    const next = files[index + 1]?.header.firstSeq
    const limit = next ?? Number.POSITIVE_INFINITY
    const bytes = readWhole(directory, name)
    let offset = SEGMENT_HEADER_BYTES
    while (position.seq + 1 < limit) {
      const record = nextRecord(bytes, offset, position, name)
      if (record === undefined) break
      const digest = sha256(record.payload)
      position = { seq: record.seq, hash: nextHash(position.hash, record.seq, digest) }
      lastKind = record.kind
      visit({ ...record, digest, hash: position.hash })
      offset += record.bytes
    }
    if (next === undefined) cut = cutAt(bytes, offset, position.seq + 1, name)
    else if (position.seq + 1 < limit) throw damaged(name, offset, position.seq + 1)
    segments.push({ name, firstSeq: header.firstSeq, lastSeq: position.seq })
  }
  const nextOrdinal = (files.at(-1)?.header.ordinal ?? 0) + 1
  return { incarnationId, position, lastKind, segments, nextOrdinal, cut }
}

type SegmentFile = { readonly name: string; readonly header: SegmentHeader }

/** The segment files of a journal, oldest first, each with a valid header of this incarnation. */
export function segmentFiles(
  directory: JournalDirectory,
  incarnationId: string,
): readonly SegmentFile[] {
  const ordinals = directory.list().flatMap((name) => segmentOrdinal(name) ?? [])
  return ordinals
    .sort((a, b) => a - b)
    .map((ordinal) => {
      const name = segmentName(ordinal)
      const file = directory.open(name)
      try {
        const header = decodeSegmentHeader(file.read(0, SEGMENT_HEADER_BYTES))
        if (header?.ordinal !== ordinal || header.incarnationId !== incarnationId) {
          throw new JournalDamaged(
            `The journal segment ${name} of ${incarnationId} has no valid header: restore the file, or declare the journal lost.`,
          )
        }
        return { name, header }
      } finally {
        file.close()
      }
    })
}

function startOf(header: SegmentHeader): Position {
  return { seq: header.firstSeq - 1, hash: header.previousHash }
}

function readWhole(directory: JournalDirectory, name: string): Buffer {
  const file = directory.open(name)
  try {
    return file.read(0, file.size())
  } finally {
    file.close()
  }
}

/** A header was made durable when everything before its first sequence was: a hole before it is damage. */
function refuseBreak(name: string, header: SegmentHeader, position: Position): void {
  if (header.firstSeq === position.seq + 1 && header.previousHash.equals(position.hash)) return
  throw new JournalDamaged(
    `The journal segment ${name} begins at record ${header.firstSeq}, but the segment before it ends at record ${position.seq}, or with another hash: restore the files, or declare the journal lost.`,
  )
}

function nextRecord(
  bytes: Buffer,
  offset: number,
  position: Position,
  name: string,
): DecodedRecord | undefined {
  const decoding = decodeRecord(bytes, offset)
  if (decoding.outcome === 'unreadable') {
    throw new JournalDamaged(
      `The journal segment ${name} has a record of format ${decoding.version} at offset ${offset}, which this version cannot read: start the newer version again.`,
    )
  }
  if (decoding.outcome !== 'record') return undefined
  const { record } = decoding
  const continues = record.seq === position.seq + 1 && record.previousHash.equals(position.hash)
  return continues ? record : undefined
}

/**
 * Tells a torn tail from damage. A later valid record whose group began after the missing one proves that
 * the missing one was durable when the later one was written: it was acknowledged, and now is gone.
 */
function cutAt(bytes: Buffer, offset: number, missing: number, name: string): JournalScan['cut'] {
  const magic = Buffer.alloc(4)
  magic.writeUInt32BE(RECORD_MAGIC)
  for (let at = bytes.indexOf(magic, offset); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    const decoding = decodeRecord(bytes, at)
    if (decoding.outcome === 'record' && decoding.record.group > missing) {
      throw damaged(name, offset, missing)
    }
  }
  const rest = bytes.subarray(offset)
  return rest.equals(Buffer.alloc(rest.length)) ? undefined : { file: name, offset }
}

function damaged(name: string, offset: number, missing: number): JournalDamaged {
  return new JournalDamaged(
    `The journal segment ${name} is damaged at offset ${offset}: record ${missing} was acknowledged and is not there. Restore the file, or declare the journal lost.`,
  )
}
