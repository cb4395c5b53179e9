import { JournalDamaged, segmentFiles } from './scan-journal.ts'
import { nextHash, sha256 } from './hash-chain.ts'
import type { JournalDirectory } from './journal-directory.ts'
import { decodeRecord, type RecordKind } from './record-format.ts'
import { SEGMENT_HEADER_BYTES } from './segment-header.ts'

/** A durable record for the shipper or for a repeat of a purchase. */
export type JournalRecord = {
  readonly seq: number
  readonly kind: RecordKind
  readonly text: string
  readonly digest: Buffer
  readonly hash: Buffer
}

/** What to read: records `fromSeq … throughSeq`, at most so many and, after the first, so many bytes. */
export type ReadRange = {
  readonly fromSeq: number
  readonly throughSeq: number
  readonly recordsMax: number
  readonly bytesMax: number
}

/** Reads durable records by sequence; goes on where the last read ended without searching. */
export interface RecordReader {
  /** Throws {@link JournalDamaged} when a record of the range is not there. */
  read(range: ReadRange): JournalRecord[]
  /** To be called when a new segment was opened: it may supersede the place that was kept. */
  forget(): void
}

/** Where a sequence stands, and the last sequence that this segment may be asked for. */
type Place = {
  readonly seq: number
  readonly name: string
  readonly offset: number
  readonly lastSeq: number
}

/** Bytes read at once: some hundred records. */
const WINDOW_BYTES = 262_144

/** `throughSeq` must be durable: the reader trusts the caller for that. */
export function createRecordReader(
  directory: JournalDirectory,
  incarnationId: string,
): RecordReader {
  let next: Place | undefined

  function placeOf(seq: number): Place {
    if (next?.seq === seq && seq <= next.lastSeq) return next
    const files = segmentFiles(directory, incarnationId)
    const index = files.findLastIndex(({ header }) => header.firstSeq <= seq)
    const holder = files[index]
    if (holder === undefined) throw missing(seq)
    const lastSeq = (files[index + 1]?.header.firstSeq ?? Number.POSITIVE_INFINITY) - 1
    return { seq, name: holder.name, offset: SEGMENT_HEADER_BYTES, lastSeq }
  }

  function readSegment(place: Place, range: ReadRange): JournalRecord[] {
    const { name, lastSeq } = place
    const throughSeq = Math.min(range.throughSeq, lastSeq)
    const file = directory.open(name)
    const records: JournalRecord[] = []
    try {
      let start = place.offset
      let window = file.read(start, WINDOW_BYTES)
      let offset = 0
      let bytes = 0
      let wanted = range.fromSeq
      while (wanted <= throughSeq && records.length < range.recordsMax) {
        const decoding = decodeRecord(window, offset)
        if (decoding.outcome === 'short' && start + window.length < file.size()) {
          start += offset
          window = file.read(start, Math.max(WINDOW_BYTES, decoding.needed))
          offset = 0
          continue
        }
        if (decoding.outcome !== 'record' || decoding.record.seq > wanted) break
        const { record } = decoding
        if (record.seq === wanted) {
          if (records.length > 0 && bytes + record.payload.length > range.bytesMax) break
          const digest = sha256(record.payload)
          const text = record.payload.toString('utf8')
          const hash = nextHash(record.previousHash, record.seq, digest)
          records.push({ seq: record.seq, kind: record.kind, text, digest, hash })
          bytes += record.payload.length
          wanted += 1
        }
        offset += record.bytes
      }
      next = { seq: wanted, name, offset: start + offset, lastSeq }
      return records
    } finally {
      file.close()
    }
  }

  return {
    read(range) {
      if (range.fromSeq > range.throughSeq) return []
      const records = readSegment(placeOf(range.fromSeq), range)
      if (records.length > 0) return records
      next = undefined
      const again = readSegment(placeOf(range.fromSeq), range)
      if (again.length === 0) throw missing(range.fromSeq)
      return again
    },
    forget() {
      next = undefined
    },
  }
}

function missing(seq: number): JournalDamaged {
  return new JournalDamaged(
    `Record ${seq} is no longer in the journal on this disk: restore the segment, or declare the journal lost.`,
  )
}
