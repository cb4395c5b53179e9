import { closeSync, fdatasyncSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Bytes of the file, allocated before: the journal, too, writes into room that it has. */
const FILE_BYTES = 1_048_576
/** Bytes of one write: about one usage event. */
const WRITE_BYTES = 512
/** Syncs of one look. */
const SYNCS = 100

/** How long `fdatasync` takes on a folder's disk, in milliseconds, one value each. */
export function probeSync(folder: string): number[] {
  const path = join(folder, 'bench-sync-probe')
  const file = openSync(path, 'w')
  try {
    writeSync(file, Buffer.alloc(FILE_BYTES))
    fsyncSync(file)
    const bytes = Buffer.alloc(WRITE_BYTES, 1)
    return Array.from({ length: SYNCS }, (_, index) => {
      writeSync(file, bytes, 0, WRITE_BYTES, index * WRITE_BYTES)
      const sinceMs = performance.now()
      fdatasyncSync(file)
      return performance.now() - sinceMs
    })
  } finally {
    closeSync(file)
    rmSync(path)
  }
}
