import { assert } from '@mcp-orchestra/kernel'
import type { JournalDirectory, JournalFile } from './journal-directory.ts'

/** One piece of zeros: small enough (about 0.1 ms) that a commit that comes meanwhile hardly waits. */
const PIECE_BYTES = 262_144

const SPARE_NAME = 'spare.new'

/**
 * The next segment, zero-filled ahead of time: a commit then changes no metadata, and the room for it is
 * on the disk before it is promised (spending §4.13).
 */
export interface SpareSegment {
  readonly name: string
  /** Writes one more piece; returns whether more is to do. A full disk ends it without an error. */
  prepare(): boolean
  /** The whole file, durable; the rest of it is written now. Throws when the disk refuses. */
  take(): JournalFile
  drop(): void
  preparedBytes(): number
}

/** Makes no file before it is asked to. */
export function createSpareSegment(options: {
  readonly directory: JournalDirectory
  readonly segmentBytes: number
  readonly diskReserveBytes: number
}): SpareSegment {
  const { directory, segmentBytes, diskReserveBytes } = options
  const zeros = Buffer.alloc(Math.min(PIECE_BYTES, segmentBytes))
  let file: JournalFile | undefined
  let filled = 0
  let isSynced = false

  function writePiece(): void {
    file ??= directory.create(SPARE_NAME)
    const bytes = Math.min(zeros.length, segmentBytes - filled)
    file.write(zeros.subarray(0, bytes), filled)
    filled += bytes
  }

  function finish(): JournalFile {
    while (filled < segmentBytes) writePiece()
    assert(file !== undefined, 'a filled spare is open')
    if (!isSynced) file.sync()
    isSynced = true
    return file
  }

  function drop(): void {
    const dropped = file
    file = undefined
    filled = 0
    isSynced = false
    if (dropped === undefined) return
    try {
      dropped.close()
      directory.remove(SPARE_NAME)
    } catch (cause) {
      // NOTE: it holds nothing but zeros, and the next one replaces it by name.
      assert(cause instanceof Error, 'a file system throws errors')
    }
  }

  return {
    name: SPARE_NAME,
    prepare() {
      if (isSynced) return false
      try {
        if (file === undefined && directory.freeBytes() < diskReserveBytes + segmentBytes) {
          return false
        }
        if (filled < segmentBytes) writePiece()
        else finish()
        return !isSynced
      } catch (cause) {
        assert(cause instanceof Error, 'a file system throws errors')
        drop()
        return false
      }
    },
    take() {
      const taken = finish()
      file = undefined
      filled = 0
      isSynced = false
      return taken
    },
    drop,
    preparedBytes: () => (isSynced ? segmentBytes : 0),
  }
}
