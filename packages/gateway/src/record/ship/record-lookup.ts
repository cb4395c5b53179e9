import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Journal } from '../journal/journal.ts'
import { openDiskDirectory } from '../segment/disk-directory.ts'
import { JournalDamaged } from '../segment/scan-journal.ts'
import { createRecordReader } from '../segment/record-reader.ts'

/** Finds single records again, in this process's journal or in an older one under the same root. */
export type RecordLookup = (place: {
  readonly incarnationId: string
  readonly seq: number
}) => Promise<string | undefined>

/** Undefined for a record that is no longer on this disk. Rare: one read for each repeat of a purchase. */
export function createRecordLookup(options: {
  readonly root: string
  readonly journal: Pick<Journal, 'incarnationId' | 'read'>
}): RecordLookup {
  const { root, journal } = options
  return async ({ incarnationId, seq }) => {
    const range = {
      fromSeq: seq,
      throughSeq: seq,
      recordsMax: 1,
      bytesMax: Number.MAX_SAFE_INTEGER,
    }
    try {
      if (incarnationId === journal.incarnationId) return (await journal.read(range))[0]?.text
      const path = join(root, incarnationId)
      if (!existsSync(path)) return undefined
      return createRecordReader(openDiskDirectory(path), incarnationId).read(range)[0]?.text
    } catch (error) {
      if (error instanceof JournalDamaged) return undefined
      throw error
    }
  }
}
